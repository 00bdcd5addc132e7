"""A command-line client that keeps every contract: written to be read, copied, and broken on purpose.

    __main__  ->  cli  ->  commands/<command>          what people type
                           flows/<flow>                how they sign in
    access  refresh  revocation  stack_tokens          what a session can do
    session_call  session_status  api
    discovery  jwks  jose  validation  id_token        what the provider says, and whether to believe it
    token_endpoint  answers  transport
    store  atomic  lock  stack_cache  session          what is kept on disk
    keyring_store  secret_service                      what is kept in the keyring, where there is one
    given_token  scope                                 a token from elsewhere; what was granted
    settings  places  errors  messages  terminal       what people set and read
    json_mode                                          what other programs read
    log  clock  context

Every rule is one small function, method or constant. Modules call each other as ``module.function(...)``, never through
a name imported from it, so replacing one attribute replaces the rule everywhere: that is how sloppy clients are made.
"""
