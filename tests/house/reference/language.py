"""
Reference of what may stand in policy files, test files, word lists and the organisation profile.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from proxy.core.model import Confidence, PartKind, PostKind, Verdict, View
from proxy.core.policy.facts import Within
from proxy.core.policy.fields import FieldKind
from proxy.core.policy.policy import GroupKind, Mode
from proxy.core.policy.registry import ACTIONS, MATCHERS
from proxy.core.policy.vocabulary import DETECTED, PLANNED
from proxy.loading.house_lists import ALLOW_LISTS
from proxy.loading.json_schema import policy_schema
from proxy.loading.lexicons import FORMS, MIN_SAMPLES
from proxy.loading.policies import Sources, load
from tests.house.files import REPOSITORY
from tests.house.reference.tables import below, code, codes, page, table

if TYPE_CHECKING:
    from proxy.core.policy.fields import Field

Keys = tuple[tuple[str, str, str], ...]
"""Key, whether it is needed, what it holds."""

POLICY_KEYS: Keys = (
    ("schema", "yes", "`1`"),
    ("policy", "yes", "name of the policy; unique in the directory, part of every rule id"),
    ("title", "yes", "`{de: ..., en: ...}`"),
    ("owner", "yes", "a role, never a person"),
    ("norms", "with `mode: enforce`", "ids of [requirements.yaml](requirements.yaml)"),
    ("mode", "yes", f"{codes(Mode)}; `monitor` records what it would have done and changes nothing"),
    ("applies_to", "", "`platforms`, `kinds` of post, `groups` (only `all`); without it everything but `media`"),
    ("rules", "yes", "at least one rule"),
    ("default", "yes", "`allow`, `hold` or `block`: a floor, no post gets a weaker verdict than the strictest default"),
)
RULE_KEYS: Keys = (
    ("id", "yes", "name, unique in the policy; authors read `policy/id`"),
    ("title", "yes", "`{de: ..., en: ...}`"),
    ("when", "yes", "one condition: a matcher or a group"),
    ("unless", "", "list of exceptions"),
    ("action", "yes", codes(module.NAME for module in ACTIONS)),
    ("hold", "with `action: hold`", "the details of that action, see below"),
    ("redact", "", "the details of that action, see below"),
    ("message", "yes", "`{de: ..., en: ...}`: what the author reads; never what was found"),
    ("mode", "", "at most as strong as that of the policy; as strong as it when absent"),
    (
        "hard",
        "",
        "`true` marks a rule that stands for a legal duty: weakening it takes three people; it cannot have `rollout`",
    ),
    (
        "remedy",
        "",
        "`{de: ..., en: ...}`: what would make the post pass, as the author reads it beside `message`",
    ),
    (
        "rollout",
        "",
        (
            "share of posts for which the rule counts, `0.1%` to `99.9%`, one digit after the point at most; for the"
            " others it is as with `mode: monitor`. Only with `mode: enforce`, see [Rollout](#rollout)"
        ),
    ),
    (
        "retain",
        "",
        (
            "name of a retention class of the settings: what the rule matches is kept at least as long, see"
            " [Retention](#retention)"
        ),
    ),
    ("known_false_positives", "", "list of texts for the people who look at held posts"),
    (
        "tests",
        "yes",
        (
            "posts with `expect`: at least one that the rule catches and one that it lets pass; a post is text, or has"
            " `text`, `parts`, `platform`, `kind`, `visibility`, `images`, `thread` (earlier posts), `during`"
            " (calendars that are running), `consents` (those in force: `names`, `topics`, `platforms`), `register`"
            " (what the register holds, see [Register](#register))"
        ),
    ),
)
TEST_KEYS: Keys = (
    ("schema", "yes", "`1`"),
    ("policy", "yes", "name of the policy that is tested"),
    ("now", "yes", "the fixed time, with zone, such as `2026-03-02T09:00:00+01:00`"),
    ("fixtures", "yes", "named `posts`; if wanted `principals` and an `organisation` profile of the tests' own"),
    ("matrix", "yes", "rows of `posts`, `principals`, `expect`, `rules`; what no row names must pass"),
)
LEXICON_KEYS: Keys = (
    ("schema", "yes", "`1`"),
    ("id", "yes", "name that policies use"),
    ("status", "yes", "`draft`, `experimental`, `stable` or `retired`"),
    ("title", "yes", "`{de: ..., en: ...}`"),
    ("language", "yes", "`de`, `en` or `any`"),
    ("terms", "yes", f"texts, or `term` or `phrase` with `forms` ({codes(FORMS)})"),
    ("exclude", "", "longer words that take a hit back"),
    ("falsepositives", "", "list of texts for people"),
    ("references", "", "list of texts for people"),
    (
        "tests",
        "yes",
        f"`match` and `no_match`, at least {MIN_SAMPLES} samples each; they run whenever the list is read",
    ),
)
ORGANISATION_KEYS: Keys = (
    ("schema", "yes", "`1`"),
    ("donation_accounts", "", "`iban`, `until`, `owner`; the list `donation-accounts`"),
    ("samples", "", "more sample IBANs and card numbers for the list `samples`; the published ones are always on it"),
    ("phone_numbers", "", "the house's own numbers; with the next one the list `phone-numbers`"),
    ("service_numbers", "", "numbers of others that anybody may name"),
    ("domains", "", "hosts of the house's e-mail addresses; the list `email-domains`"),
    ("addresses", "", "`Street 1, 12345 Town`: counts whole and in each half; the list `addresses`"),
    ("registrations", "", "a VAT id goes on the list `registrations`; others are checked only"),
    (
        "public_people",
        "",
        "`name`, `role`, `reason`, `until`, `owner`; the list `public-people`, for names only, never for customers",
    ),
    (
        "calendars",
        "",
        (
            "`name`, `owner`, `zone` (`Europe/Berlin` when absent) and `periods` with `from` and `to`: days such as"
            " `2026-12-31`, both whole, or times such as `2026-12-31 18:00`; looked at again when a post is sent"
        ),
    ),
    ("internal_domains", "", "hosts below them are found as `INTERNAL_URL`, sure"),
    (
        "confidential_terms",
        "",
        "code names of one to four words, found as `CONFIDENTIAL_TERM`, sure; only keyed digests leave the loader",
    ),
    (
        "identifier_formats",
        "",
        "`entity`, `mask` (`#` digit, `A` letter), `cues`, `check`; digits without letters need a cue or a check",
    ),
    ("names", "", "names of the house; the list `own-names`, and no customers beside one who agreed to be named"),
    ("handles", "", "same; mentions are never taken for e-mail addresses"),
)
_GROUPS = """
- `any`: at least one condition holds.
- `all`: every condition holds; with `within` in one and the same sentence, part or post, or in one thread: earlier
  posts of the author's own thread complete what this one says, and never hold it by themselves. Of the last five the
  last 500 characters count.
- `none`: no condition holds; not for findings, words and links, where one more would turn the rule off.
"""
_UNTOLD = """
Author answers name the rule that stopped a post and say its words; of three types of finding that would tell too much.

- `CUSTOMER_RECORD`, a hit of the register of customers: where another rule stops the post as strictly, only that one is
  told, and its queue and time are those of the review.
  So a rule that only the register can make match is refused (`only-register`): its name and words would say who is a
  customer.
  Put the register by `any` beside what the rule looks for anyway:

  ```yaml
  when:
    any:
      - finding: {type: CUSTOMER_RELATION, confidence: medium}
      - register: {match: customer, attributes: {from: 2}}
  ```

- `RESTRICTED_NAME` and `CONFIDENTIAL_TERM`: instead of the rule's own words the author reads "This topic is closed at
  present.", under the name `gate/topic-closed`.
- A `redact` rule may not look for `CUSTOMER_RECORD` or `RESTRICTED_NAME` (`replaces-register`): the label would show
  the place.

Reviewers see the rules; that a place is a hit of the register, once they have uncovered it.
The record of the decision has what was found and what its author was told (`told`).
"""
_RETENTION = """
With `retain: de-wphg-5y` the text of a post that the rule matches is kept for the time of that class, also where the
verdict would let it end sooner.
Where several rules ask, the longest counts; no rule makes a text end sooner, and one that only watches asks nothing.
With `action: allow` a rule keeps what passes and changes nothing else.
The class stands in the record of the decision (`content.class`), and `postgate policy explain` names it.
An image keeps the time of the decision on its upload, for which rules with the kind `media` are asked.

The classes are those of the settings under `audit.retention`: `stopped`, `published` and the further ones of `classes`.
A node refuses a class that its settings do not have; where no settings are known, as for `postgate policy lint`, one
that is not shipped is a warning.
`de-wphg-5y` is shipped with 1,827 days, for § 83 WpHG (German Securities Trading Act).
Which posts fall under it, and which time applies to your house, is a question for your lawyers.
A changed setting counts for posts from then on; on a node of the policy store whose settings lost a class that is in
force, its longest one counts.
"""
_REGISTER = """
A sample says with `register` what the register of customers and the restricted lists hold; the post goes the way of a
real one beside them.
Customers have `first`, `last`, `company`, `born` (a date), `city`, `postcode`, `street` (with the house number),
`email`, `phone` and `numbers`, each a text or a list of texts; an entry of a restricted list has `term` alone.
Everything in it is invented.
Without the key a sample is looked at as in a house without a register.

```yaml
tests:
  - post:
      text: "Erika Muster aus Musterstadt hat gewonnen."
      register: [{first: Erika, last: Muster, city: Musterstadt}]
    expect: hold
```

`policy test --adversarial` leaves such samples out.
"""
_ROLLOUT = """
With `rollout: 10%` a rule counts for a tenth of the posts at first.
For all others it is recorded under `would_have`, as with `mode: monitor`; in the record of a decision the share stands
beside such a rule, so `rules` shows the posts in its sample and `would_have` those outside it.
`policy lint` warns of every rule that is not rolled out to all posts.

- A keyed hash of the name of the rule and the id of the post draws the sample.
  Nobody is picked as a person, two rules pick different posts, and 20% keeps every post of 10%.
  The key comes from the fingerprint key of the installation; with another key other posts are drawn.
- The answer for a post stays: when it is decided, decided again after redaction, released by a person or checked again.
- An edit, an image that is uploaded, and a text that is submitted again without the same `Idempotency-Key` are posts of
  their own and are drawn anew: whoever is stopped can try again.
  That is why a rule with `hard: true` cannot be rolled out in part.
- The samples under `tests`, test files, `postgate check` and `postgate policy explain` treat the rule as in force for
  every post.
  Their ids come from whoever asks, and nobody may learn from them which posts a rule passes over.
"""


def policy_language() -> str:
    """Return the page of the policy language."""
    matchers = "\n\n".join(_matcher(module) for module in MATCHERS)
    actions = "\n\n".join(_action(module) for module in ACTIONS)
    return page(
        "Policy language",
        """
One policy per YAML file below the policy directory; files whose name begins with `_` or `.`, `organisation.yaml` and
`NAME_test.yaml` are none.
The reader is strict: a key or a word it does not know is a mistake, and a directory with a mistake does not come into
force.
How to work with it: [edit a policy](../how-to/compliance/edit-a-policy.en.md).
""",
        f"## Keys of a policy\n\n{_keys(POLICY_KEYS)}",
        f"## Keys of a rule\n\n{_keys(RULE_KEYS)}",
        f"## Rollout\n{_ROLLOUT}",
        f"## Retention\n{_RETENTION}",
        f"## Register\n{_REGISTER}",
        f"## What authors are not told\n{_UNTOLD}",
        f"## Groups\n\nUp to three inside each other: {codes(GroupKind)}.\n{_GROUPS}",
        f"## Matchers\n\n{matchers}",
        f"## Actions\n\nVerdicts, weakest first: {codes(Verdict)}. The strictest one of all rules wins.\n\n{actions}",
        f"## Words\n\n{_words()}",
        f"## Keys of a test file\n\n`NAME_test.yaml` lies beside `NAME.yaml`.\n\n{_keys(TEST_KEYS)}",
        f"## Keys of a word list\n\nOne list per file below `policies.lexicons`.\n\n{_keys(LEXICON_KEYS)}",
        f"## Keys of the organisation profile\n\n{_keys(ORGANISATION_KEYS)}",
    )


def policy_schema_file() -> str:
    """Return the JSON Schema of policy files, with the lists and rules that are shipped."""
    sources = Sources(
        directory=REPOSITORY / "policies",
        organisation=None,
        lexicons=REPOSITORY / "rules" / "lexicons",
        recognizers=REPOSITORY / "rules" / "recognizers",
        fingerprint_key=b"no key is needed for names",
    )
    return json.dumps(policy_schema(load(sources, date.max).vocabulary), ensure_ascii=False, indent=1) + "\n"


def _keys(keys: Keys) -> str:
    return table(("key", "needed", "value"), ((code(name), needed, value) for name, needed, value in keys))


def _words() -> str:
    return table(
        ("what", "words"),
        (
            ("types of finding that this version detects", codes(sorted(DETECTED))),
            (
                "types that nothing detects yet: a warning beside others, a mistake when a rule names only these",
                codes(sorted(PLANNED)),
            ),
            ("confidence", codes(Confidence)),
            ("view", codes(View)),
            ("within", codes(Within)),
            ("kinds of post", codes(PostKind)),
            ("kinds of part", codes(PartKind)),
            ("lists of the organisation profile", codes(sorted(ALLOW_LISTS))),
        ),
    )


def _matcher(module: Any) -> str:
    places = " and ".join(code(place.value) for place in sorted(module.PLACES))
    text = _about(module).replace("\n\n", "\n")
    return f"### {module.NAME}\n\nIn {places}: {text}\n\n{_fields(module.FIELDS)}"


def _action(module: Any) -> str:
    fields = _fields(module.FIELDS) if module.FIELDS else "No details."
    return f"### {module.NAME}\n\nVerdict `{module.VERDICT.value}`: {_about(module)}\n\n{fields}"


def _about(module: Any) -> str:
    return str(module.__doc__).strip().split(": ", 1)[1]


def _fields(described: tuple[Field, ...]) -> str:
    rows = ((code(one.name), "yes" if one.required else "", _value(one)) for one in described)
    return table(("key", "needed", "value"), rows)


def _value(field: Field) -> str:
    match field.kind:
        case FieldKind.CHOICE:
            return codes(field.choices)
        case FieldKind.CHOICES:
            return f"One or a list of {codes(field.choices)}."
        case FieldKind.INTEGER:
            return f"A whole number from {field.low} to {field.high}."
        case FieldKind.RANGE:
            if field.name == "count":
                return f"`{{from: N}}`, N from {field.low} to {field.high}; how many different places at least."
            if field.name == "attributes":
                return "`{from: 2}`: a name alone is not enough; `{from: 1}` when absent."
            return f"`{{from: N, to: N}}`, both from {field.low} to {field.high}; one of them will do."
        case FieldKind.MATCHER:
            return f"One of the matchers {codes(field.choices)}."
        case FieldKind.DISTANCE:
            return f"`sentence`, or a number of words from 0 to {field.high}."
        case FieldKind.DURATION:
            return f"Such as `30m`, `2h`, `1d`; from {field.low // 60} minutes to {field.high // 86_400} days."
        case _:
            return below(FieldKind)[field.kind.name]
