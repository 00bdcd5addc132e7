"""Learn the profile of a client: sign it in with nothing wrong, then change one thing at a time and look.

bench        a fresh sandbox and a fresh provider for each experiment
exchanges    what a list of exchanges tells of the client that made them
undisturbed  a whole life without any fault: sign in, use, sign out
lifetime     tokens that have expired, are rejected, live for no time, or cannot be refreshed
beside       before any login, and without the variables that point it at the provider
learn        all of it, in order

Where there is no adapter yet, `auth-provider init` asks for more than a profile has:

repairs      what an adapter lacks, told from a login that failed
commands     the other commands, found in the help and tried
situations   what is printed where a login is denied, a code expires, the provider is away ...
words        the words that it has for one of these situations alone
"""

from __future__ import annotations

from pytest_auth_provider.learning.learn import learn

__all__ = ["learn"]
