#!/bin/sh
# jobs: a script for machines. It has an id and a secret, and fetches its own tokens (RFC 6749 4.4) with curl and jq.
set -u
umask 077
cache="${XDG_CACHE_HOME:-$HOME/.cache}/jobs"

fail() {
    printf 'jobs: %s\n' "$1" >&2
    exit 1
}

# begin: ask
# Ask a server what the configuration on standard input says: the body goes to $body, the status to $status.
# Secrets are written there and not behind `curl`, where everybody can read them in the list of processes.
ask() {
    answer=$(curl --silent --max-time 10 --write-out '\n%{http_code}' --config -) ||
        fail "the server cannot be reached; try again later"
    status=${answer##*
}
    body=${answer%
*}
}
# end: ask

# begin: fetch
fetch() {
    ask <<REQUEST
url = "$JOBS_TOKEN_URL"
user = "$JOBS_ID:$JOBS_SECRET"
data = "grant_type=client_credentials"
REQUEST
    [ "$status" = 200 ] || fail "the provider gave no token ($status); check the secret, or try again later"
    token=$(printf '%s' "$body" | jq -er '.access_token | strings | select(test("^[!-~]+$"))' 2>/dev/null) ||
        fail "the provider answered with no usable token; try again later"
    printf '%s' "$body" | jq -e '.token_type | strings | ascii_downcase == "bearer"' >/dev/null 2>&1 ||
        fail "the provider gave a token of a type that this script does not know"
    lifetime=$(printf '%s' "$body" | jq -r '.expires_in | numbers | select(. > 0 and . < 86400) | floor' 2>/dev/null)
    until=$(($(date +%s) + ${lifetime:-60}))
}
# end: fetch

# begin: keep
# Keep the token for the next command, in one step, with whom it is from; 1 where that is not possible.
keep() {
    draft=$(mkdir -p "$cache" 2>/dev/null && mktemp "$cache/draft.XXXXXX" 2>/dev/null) || return 1
    printf '%s %s %s\n' "$until" "$JOBS_TOKEN_URL" "$token" 2>/dev/null >"$draft" &&
        mv -f "$draft" "$cache/token" 2>/dev/null && return 0
    rm -f "$draft"
    return 1
}

# Read the kept token to $token: 0 where it is good for this provider, 1 where it is not.
kept() {
    read -r until from token 2>/dev/null <"$cache/token" || fail "$cache/token is damaged; run: jobs.sh login"
    case $until in '' | *[!0-9]*) fail "$cache/token is damaged; run: jobs.sh login" ;; esac
    [ "$from" = "$JOBS_TOKEN_URL" ] && [ "$until" -gt "$(date +%s)" ]
}

# Fetch a token where the kept one is of no use. A cache that cannot be written costs a request and nothing else.
renew() {
    fetch
    keep || true
}
# end: keep

# begin: list
call() {
    ask <<REQUEST
url = "$JOBS_API/jobs"
header = "Authorization: Bearer $token"
REQUEST
}

list() {
    [ -e "$cache/token" ] || fail "this machine is not signed in; run: jobs.sh login"
    kept || renew
    call
    if [ "$status" = 401 ]; then # the token was withdrawn: once more, with a new one
        renew
        call
    fi
    case $status in
    200) ;;
    401) fail "the API refuses this machine; check its secret, and sign in again with: jobs.sh login" ;;
    403) fail "this machine may not list jobs: the API wants another scope" ;;
    *) fail "the API gave no jobs ($status); try again later" ;;
    esac
    owner=$(printf '%s' "$body" | jq -er '.sub | strings' 2>/dev/null) || fail "the API gave no jobs; try again later"
    printf 'jobs of %s: none\n' "$(printf '%s' "$owner" | tr -d '[:cntrl:]')"
}
# end: list

case ${1:-} in
login)
    fetch
    keep || fail "the token cannot be kept in $cache, so no other command would find it"
    echo "this machine is signed in"
    ;;
list) list ;;
logout)
    rm -f "$cache/token" || fail "$cache/token cannot be removed"
    echo "the token was removed from this machine"
    ;;
--version) echo "jobs 1.0" ;;
*) fail "usage: jobs.sh login | list | logout" ;;
esac
