"""The door to GraphQL: one POST for everything."""

from forge.api.call import Call
from forge.api.http import ApiError, Needs, Reply, Router
from forge.api.middleware import GRAPHQL
from forge.graphql.engine import carry_out

router = Router()


@router.post(GRAPHQL, auth=Needs.TOKEN)
def query(call: Call) -> Reply:
    """Carry out a query or mutation; what is wrong with it is said in an answer of 200."""
    body = call.json()
    text, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(text, str):
        raise ApiError(400, "A query attribute must be specified and must be a string.")
    given = variables if isinstance(variables, dict) else {}
    return Reply(200, carry_out(call, text, given, name if isinstance(name, str) else None))
