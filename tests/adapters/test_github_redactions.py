from bot.adapters.github.outgoing import clean, redactions

TOKEN = "ghp_" + "a1B2" * 9


def test_what_was_taken_out_of_a_text_is_named_and_nothing_else():
    kinds, digest = redactions({"body": clean(f"it is {TOKEN}"), "title": "plain"})
    assert kinds == ("github-token",)
    assert TOKEN not in digest


def test_a_mark_that_somebody_else_wrote_is_not_taken_for_one_of_ours():
    assert redactions({"body": "[redacted: your-own-words] [redacted: <script>]"})[0] == ()


def test_a_request_without_a_body_holds_nothing():
    assert redactions(None)[0] == ()
