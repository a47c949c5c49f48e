"""
What each client was shown to get, and which test shows it; the page `docs/reference/tested-clients.md` is made of this.

A cell names tests of `tests/e2e` as `file::test`, or says in words why there is none.
"""

from __future__ import annotations

CLIENTS = (
    *("Mastodon.py", "toot", "masto", "megalodon", "atproto", "@atproto/api", "xdk", "@xdevplatform/xdk"),
    *("linkedin-api-client", "facebook_business", "facebook-sdk", "plain HTTP"),
)
"""As the page for employees names them; plain HTTP is how Instagram and Threads are called."""

_NPM = "test_mastodon_npm"
_FOUR = "test_mastodon_clients"
_TS = "test_xdk"


def _each(*cells: str) -> dict[str, str]:
    return dict(zip(CLIENTS, cells, strict=True))


MATRIX: dict[str, dict[str, str]] = {
    "A clean post is published once and is on record": _each(
        "test_mastodon_py::test_a_post_is_published_and_recorded",
        "test_toot::test_a_post_with_a_picture_is_published",
        f"{_NPM}::test_a_post_is_published_and_recorded",
        f"{_NPM}::test_a_post_is_published_and_recorded",
        "test_atproto_py::test_a_post_is_published_and_recorded",
        "test_atproto_js::test_posts_pictures_and_marks_are_published",
        "test_xdk::test_a_post_is_published_once_and_recorded",
        f"{_TS}::test_the_client_for_typescript",
        "test_linkedin::test_a_post_is_published_once_and_recorded",
        "test_meta::test_a_post_by_each_client_is_published_once_and_recorded",
        "test_meta::test_a_post_by_each_client_is_published_once_and_recorded",
        "test_meta_containers::test_a_container_stays_in_the_gateway_until_it_is_published",
    ),
    "A leak is stopped in each text field, with a reason that the client shows": _each(
        "test_mastodon_py::test_a_leak_is_stopped_wherever_it_stands",
        "test_toot::test_a_leak_is_stopped_wherever_it_stands",
        f"{_NPM}::test_a_leak_is_stopped_wherever_it_stands",
        f"{_NPM}::test_a_leak_is_stopped_wherever_it_stands",
        "test_atproto_py::test_a_leak_is_stopped_wherever_it_stands",
        "test_atproto_js::test_a_leak_is_stopped_wherever_it_stands",
        "test_xdk::test_a_leak_is_stopped_wherever_it_stands",
        f"{_TS}::test_the_client_for_typescript_shows_why",
        "test_linkedin::test_a_leak_is_stopped_wherever_it_stands",
        "test_meta::test_a_leak_is_stopped_wherever_it_stands",
        "test_meta::test_a_leak_by_the_older_client_is_stopped test_meta::test_a_leak_in_a_photo_is_stopped",
        "test_meta_containers::test_a_container_with_a_leak_is_stopped",
    ),
    "A post that waits for a person is shown as waiting, and is not out": _each(
        "test_mastodon_py::test_a_held_post_looks_scheduled_and_is_not_out",
        "test_toot::test_a_held_post_is_shown_as_scheduled",
        f"{_NPM}::test_a_held_post_is_shown_as_held_and_is_not_out",
        f"{_NPM}::test_a_held_post_is_shown_as_held_and_is_not_out",
        "test_atproto_py::test_a_held_post_is_shown_as_held_and_is_not_out",
        "test_atproto_js::test_a_held_post_is_shown_as_held_and_is_not_out",
        "test_xdk::test_a_held_post_is_shown_as_held",
        f"{_TS}::test_the_client_for_typescript_shows_why",
        "test_linkedin::test_a_held_post_is_shown_as_held",
        "test_meta::test_a_held_post_is_shown_as_held",
        "test_meta::test_a_held_post_is_shown_as_held",
        "test_meta_containers::test_a_container_waits_for_a_person_when_it_is_published",
    ),
    "An edit is decided like a post": _each(
        "test_mastodon_py::test_an_edit_is_decided_like_a_post",
        "has no command for it",
        f"{_NPM}::test_an_edit_is_decided_like_a_post",
        f"{_NPM}::test_an_edit_is_decided_like_a_post",
        "test_atproto_py::test_an_edit_is_decided_like_a_post",
        "test_atproto_js::test_what_was_posted_is_liked_edited_and_deleted",
        "test_xdk::test_an_edit_is_decided_like_a_post test_xdk::test_a_leak_is_stopped_wherever_it_stands",
        f"{_TS}::test_the_client_for_typescript {_TS}::test_the_client_for_typescript_shows_why",
        "test_linkedin::test_edits_comments_and_deletes",
        "test_meta::test_comments_edits_messages_and_deletes",
        "test_meta::test_comments_edits_messages_and_deletes",
        "Instagram and Threads do not offer it",
    ),
    "A deletion works and is on record": _each(
        f"{_FOUR}::test_what_was_posted_is_deleted",
        f"{_FOUR}::test_what_was_posted_is_deleted",
        f"{_FOUR}::test_what_was_posted_is_deleted",
        f"{_FOUR}::test_what_was_posted_is_deleted",
        "test_atproto_py::test_a_delete_is_passed_on_and_recorded",
        "test_atproto_js::test_what_was_posted_is_liked_edited_and_deleted",
        "test_xdk::test_messages_lists_likes_and_deletes",
        f"{_TS}::test_the_client_for_typescript",
        "test_linkedin::test_edits_comments_and_deletes",
        "test_meta::test_comments_edits_messages_and_deletes",
        "test_meta::test_comments_edits_messages_and_deletes",
        "test_meta_containers::test_a_container_is_published_once_and_deleted",
    ),
    "What is sent again with its key is published once": _each(
        f"test_mastodon_py::test_one_key_makes_one_post {_FOUR}::test_one_key_makes_one_post_when_the_answer_was_lost",
        f"{_FOUR}::test_a_post_of_toot_that_comes_twice_is_published_once",
        f"{_FOUR}::test_one_key_makes_one_post_when_the_answer_was_lost",
        f"{_FOUR}::test_what_megalodon_sends_is_published_once_with_a_key",
        "test_atproto_py::test_the_same_record_is_published_once",
        "test_atproto_js::test_the_same_record_is_published_once",
        "test_xdk::test_one_key_makes_one_post",
        f"{_TS}::test_one_key_makes_one_post_in_typescript",
        "test_linkedin::test_one_key_makes_one_post",
        "test_meta::test_one_key_makes_one_post",
        "test_meta::test_one_key_makes_one_post",
        "test_meta_containers::test_a_container_is_published_once_and_deleted",
    ),
    "The platform's own token opens no door": _each(
        f"{_FOUR}::test_a_platforms_token_opens_no_door",
        f"{_FOUR}::test_a_platforms_token_opens_no_door",
        f"{_FOUR}::test_a_platforms_token_opens_no_door",
        f"{_FOUR}::test_a_platforms_token_opens_no_door",
        "test_atproto_py::test_an_unknown_token_is_refused_and_recorded",
        "test_atproto_js::test_a_platforms_password_opens_no_door_and_no_token_of_ours_the_platform",
        "test_xdk::test_an_unknown_token_is_refused",
        f"{_TS}::test_tokens_of_the_client_for_typescript_count_in_one_place",
        "test_linkedin::test_an_unknown_token_is_refused",
        "test_meta::test_tokens_count_in_one_place",
        "test_meta::test_tokens_count_in_one_place",
        "test_meta_containers::test_tokens_of_plain_http_count_in_one_place",
    ),
    "A gateway token opens no platform": _each(
        f"{_FOUR}::test_a_gateways_token_opens_no_platform",
        f"{_FOUR}::test_a_gateways_token_opens_no_platform",
        f"{_FOUR}::test_a_gateways_token_opens_no_platform",
        f"{_FOUR}::test_a_gateways_token_opens_no_platform",
        "test_atproto_py::test_a_gateway_token_is_worth_nothing_at_the_platform",
        "test_atproto_js::test_a_platforms_password_opens_no_door_and_no_token_of_ours_the_platform",
        "test_xdk::test_a_gateways_token_opens_no_platform",
        f"{_TS}::test_tokens_of_the_client_for_typescript_count_in_one_place",
        "test_linkedin::test_a_gateways_token_opens_no_platform",
        "test_meta::test_tokens_count_in_one_place",
        "test_meta::test_tokens_count_in_one_place",
        "test_meta_containers::test_tokens_of_plain_http_count_in_one_place",
    ),
}

DOORS: dict[str, str] = {
    "A platform tells a client of Bluesky where it is, and the client goes there": (
        "test_atproto_py::test_a_client_stays_at_the_door test_atproto_js::test_a_client_stays_at_the_door"
    ),
    "Tokens of Bluesky are read by its clients, and expire": (
        "test_atproto_py::test_a_client_stays_at_the_door"
        " test_atproto_js::test_access_that_expired_is_renewed_by_the_clients"
    ),
    "A method of the platform hands out a credential": (
        "test_atproto_js::test_no_credential_is_handed_out"
        " test_bluesky_faults::test_what_the_platform_would_take_and_nobody_knows_is_refused"
    ),
    "A field that comes twice, a compressed body, a path or method with two readings": (
        "test_every_door::test_what_has_two_readings_is_refused"
        " test_bluesky_faults::test_what_two_readers_could_take_differently_is_refused"
    ),
    "A text in the query or in a form": (
        "test_every_door::test_a_leak_is_stopped_wherever_the_text_is_put"
        " test_xdk::test_a_leak_is_stopped_wherever_it_stands test_meta::test_a_leak_is_stopped_wherever_it_stands"
    ),
    "A server that closes each connection unannounced": (
        "test_snac_faults::test_two_hundred_requests_of_all_kinds_pass"
        " test_every_door::test_an_answer_that_is_lost_is_unclear_and_one_post"
    ),
    "Broken multipart": "test_every_door::test_pieces_of_multipart_are_read_or_refused",
    "A server that knows no keys": (
        "test_mastodon_py::test_one_key_makes_one_post test_snac_faults::test_one_key_is_one_post_after_a_crash"
        " test_at_most_once::test_a_post_goes_out_at_most_once_on_broken_lines"
    ),
    "Batches, overridden methods, unknown fields, endpoints and collections": (
        "test_every_door::test_no_way_leads_round_the_tables test_meta::test_what_is_not_offered_is_refused"
        " test_bluesky_faults::test_what_the_platform_would_take_and_nobody_knows_is_refused"
    ),
    "A platform that refuses the gateway's login": (
        "test_every_door::test_no_client_sees_that_the_platform_refused_the_gateway"
    ),
    "An answer that never came, a server that nobody reaches": (
        "test_every_door::test_an_answer_that_is_lost_is_unclear_and_one_post"
        " test_every_door::test_what_was_not_sent_is_sent_by_the_next_try"
        " test_at_most_once::test_forced_retries_publish_once"
    ),
    "A container that nobody has seen": "test_meta_containers::test_an_unknown_container_is_refused",
    "Tokens in the answer of a read": "test_meta::test_pages_are_listed_without_their_tokens",
    "Addresses of the platform in answers": (
        "test_mastodon_py::test_pages_lead_back_to_the_door test_mastodon_py::test_a_client_starts_as_usual"
    ),
    "A client that waits and sends again by itself": "test_mastodon_py::test_a_block_is_asked_for_once",
    "A client that raises no error": "test_linkedin::test_a_leak_is_stopped_wherever_it_stands",
}
"""What can go wrong at a door, whoever comes to it."""


def named_in(cell: str) -> tuple[str, ...]:
    """Return the tests that a cell names; none when it says why there is none."""
    words = tuple(cell.split())
    return words if all("::" in word for word in words) else ()
