"""The API: the protected resource that the tokens are for."""

from reference_client import answers, messages
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import ApiError, SignInAgainError


def address(context: Context, path: str) -> str:
    """Return the URL of `path`, always below the API's base URL: a token for one API goes to no other."""
    return f"{context.api}/{path.lstrip('/')}"


def call(context: Context, url: str, access_token: str) -> Answer:
    """GET `url` with `access_token`, and return the answer if it is a success.

    Raises:
        SignInAgainError: The API rejected the token (401); it has the last word.
        ApiError: It answered anything else but a success.
        NoAnswerError: It did not answer.
    """
    answer = context.transport.get(url, bearer=access_token)
    if answer.status == 401:
        raise SignInAgainError(f"the API rejected the access token (HTTP 401); {messages.SIGN_IN_AGAIN}")
    if not 200 <= answer.status < 300:
        passing = answer.status >= 500 or answer.status in (408, 429)
        advice = "try again later" if passing else f"see whether {context.api} is the right address"
        raise ApiError(f"the API answered {answers.described(answer)}", advice)
    return answer


def readable(answer: Answer) -> str:
    """Return the body of a success, to print.

    Raises:
        ApiError: It is not JSON; a web page in between (a captive portal) answers like that.
    """
    try:
        answers.json_value(answer.body)
        return answer.body.decode().strip()
    except ValueError:
        raise ApiError("the API answered something that is not JSON; see whether a web page is in between") from None
