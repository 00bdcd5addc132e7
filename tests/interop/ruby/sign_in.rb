# A client as Ruby programs are written: the gems oauth2 and openid_connect, a secret and no PKCE, registered nowhere.
# Signs in, verifies the id token, asks userinfo, refreshes, and prints what came of it as one line of JSON.

require "json"
require "net/http"
require "oauth2"
require "openid_connect"

issuer = ENV.fetch("ISSUER")
callback = "http://127.0.0.1:9/callback"
# Both gems insist on https for discovery alone; the rest is asked for by the addresses found there.
metadata = JSON.parse(Net::HTTP.get(URI("#{issuer}/.well-known/openid-configuration")))
keys = JSON::JWK::Set.new(JSON.parse(Net::HTTP.get(URI(metadata["jwks_uri"])))["keys"])

# Visit an authorization URL as a browser; the code that it is sent back with.
def browse(url)
  back = Net::HTTP.get_response(URI(url))["location"]
  URI.decode_www_form(URI(back).query).to_h.fetch("code")
end

def with_openid_connect(metadata, keys, callback)
  client = OpenIDConnect::Client.new(
    identifier: "ruby", secret: ENV.fetch("SECRET"), redirect_uri: callback,
    authorization_endpoint: metadata["authorization_endpoint"], token_endpoint: metadata["token_endpoint"],
    userinfo_endpoint: metadata["userinfo_endpoint"]
  )
  client.authorization_code = browse(client.authorization_uri(scope: %i[openid email], nonce: "nonce", state: "state"))
  tokens = client.access_token!
  proof = OpenIDConnect::ResponseObject::IdToken.decode(tokens.id_token, keys)
  proof.verify!(issuer: metadata["issuer"], client_id: "ruby", nonce: "nonce")
  { subject: proof.sub, email: tokens.userinfo!.email }
end

def with_oauth2(issuer, metadata, callback)
  places = { site: issuer, authorize_url: metadata["authorization_endpoint"], token_url: metadata["token_endpoint"] }
  client = OAuth2::Client.new("ruby", ENV.fetch("SECRET"), **places)
  url = client.auth_code.authorize_url(redirect_uri: callback, scope: "openid offline_access", state: "state")
  token = client.auth_code.get_token(browse(url), redirect_uri: callback)
  refreshed = token.refresh!
  told = refreshed.get(metadata["userinfo_endpoint"]).status # before the spent token ends the session
  begin
    token.refresh!
  rescue OAuth2::Error => error
    refused = error.code
  end
  { refreshed: refreshed.token != token.token, reused: refused, told: told }
end

puts JSON.generate(with_openid_connect(metadata, keys, callback).merge(with_oauth2(issuer, metadata, callback)))
