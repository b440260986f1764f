"""Footers as ten publishers might write them, and sentences that look a little like them."""

import pytest

from assistant.quotes.furniture import look_at

FOOTERS: dict[str, list[str]] = {
    "a business site": [
        "Sign up for our daily newsletter, Closing Bell, and get it in your inbox every morning.",
        "SEE ALSO: The 12 start-ups that investors are watching this autumn",
        "More from Markets Today:",
        "Got a story? Reach the author at jlindgren@marketstoday.example or on Signal at 646-555-0188.",
        "Join 40,000 readers who already subscribe.",
        "Read the original article on Markets Today",
    ],
    "a regional daily": [
        "Support local journalism. Subscribe today for just $1 a week.",
        "Reporter Dana Whitfield can be reached at 503-555-0142 or dwhitfield@rivervalleypost.example.",
        "Follow her on Twitter: @danawhit",
        "© 2023 The River Valley Post. All rights reserved.",
        "Have a news tip? Email newsroom@rivervalleypost.example.",
        "Like us on Facebook to see more stories like this one.",
    ],
    "a broadcaster": [
        "Follow us on Instagram, TikTok and Threads.",
        "If you have a story suggestion, email entertainment.desk@nbsnews.example",
        "Download the NBS News app for breaking news alerts",
        "The NBS is not responsible for the content of external sites. Read about our approach to external linking.",
        "Watch: How the storm reached the coast",
        "Related Topics",
        "You may also be interested in:",
    ],
    "a news agency": [
        "Reporting by Marta Oyelaran in Lagos; Editing by Philip Crane and Ann Seok",
        "Our Standards: The Continental Wire Trust Principles.",
        "Register now for FREE unlimited access to continentalwire.example",
        "Copyright 2022 The Continental Wire. This material may not be published, broadcast, rewritten or redistributed without permission.",
        "Purchase licensing rights",
    ],
    "a magazine": [
        "This article appears in the March print edition with the headline “The Long Thaw.”",
        "Listen to more stories on the Lantern app.",
        "We want to hear what you think about this article. Submit a letter to the editor.",
        "When you buy a book using a link on this page, we receive a commission.",
        "Thank you for supporting The Lantern.",
        "Already a subscriber? Sign in",
    ],
    "a technology blog": [
        "Tagged: privacy, face recognition, cloud",
        "Share this: Facebook Twitter Reddit Email",
        "Leave a comment below",
        "Subscribe to our RSS feed or get posts by e-mail →",
        "Affiliate disclosure: some links on this page earn us a small commission.",
        "Previous post: Five keyboards for small hands",
    ],
    "a tabloid": [
        "READ MORE: Inside the mansion nobody wants to buy",
        "Do you have a story for The Clarion? Call us on 0207 555 0199 or email tips@clarion.example",
        "CLICK HERE to get the day’s top stories straight to your phone",
        "Advertisement",
        "Scroll down for video",
        "What do YOU think? Let us know in the comments",
    ],
    "a public radio station": [
        "Help us keep this service free: donate to WKLP today.",
        "To see more, visit https://www.wklp.example.",
        "Correction: An earlier version of this story misspelled the name of the town of Ashby.",
        "Our weekly podcast brings you the stories behind the headlines. Subscribe wherever you get your podcasts.",
        "Editor’s note: This story was updated at 4.30 p.m.",
        "Transcript provided by WKLP, copyright WKLP.",
    ],
    "a paper with a paywall": [
        "To continue reading, start your free trial.",
        "We use cookies to improve your experience. Accept all cookies",
        "You have two free articles left this month.",
        "Manage your subscription preferences in your account settings.",
        "By signing up you agree to our Terms of Service and Privacy Policy.",
        "Unlimited access to all our content from only £1.50 a week",
    ],
    "a campaigning site": [
        "Tell us what we got wrong: corrections@openledger.example",
        "Republish our stories for free, online or in print, under a Creative Commons licence.",
        "Sign the petition now!",
        "Send your tips securely to openledger@proton.example or through our SecureDrop.",
        "Get our investigations delivered to your inbox.",
        "Follow Priya Nambiar on Mastodon",
        "Most read",
    ],
}

ARTICLE = [
    "Microsoft last week committed to not selling facial recognition technology to police.",
    "You can read the emails themselves, as released by the ACLU, here.",
    "Microsoft has yet to respond to a request for more information.",
    "“Get out of the house,” the officer shouted, “and call your family.”",
    "“Visit us whenever you like,” she told the children.",
    "Read in that light, the ruling is a defeat for the government.",
    "Follow-up studies found the same effect in older patients.",
    "The newspaper’s newsletter has 40,000 subscribers, up from 12,000 a year earlier.",
    "Facebook said on Tuesday that it would change how its app shows news.",
    "Twitter suspended the account, which had posted comments about the mayor.",
    "Help arrived at four in the morning, when the road was clear again.",
    "Subscribers pay £6 a month, and the site carries no advertising.",
    "Signal, an encrypted messaging service, was released in 2014.",
    "The company asked its users to sign a petition against the law.",
    "Our house stood at the end of the lane, behind the church.",
    "Why, then, keep it lit?",
    "He emailed the ministry twice and called it every week.",
    "Contact with the aircraft was lost at 2.40 a.m. over the strait.",
    "Reporting by the inspectors was slow and often incomplete.",
    "The copyright belongs to the composer’s widow.",
    "Call it luck, or call it obstinacy: the bridge stood.",
    "A correction to the accounts of 1998 reduced the profit by a third.",
    "NASA: a short history",
    "Dogs are welcome in the grounds but not on the stairs.",
    "Check the tide tables before you cross; the causeway floods for about two hours.",
    "Watch committees ran the borough police until 1964.",
    "In 1972 the number 225-344-871 was written on the wall of cell 8.",
    "The board approved 12 500 000 shares on 3 May.",
    "Support for the party fell to 9 percent in the poll.",
    "Like many of her neighbours, she keeps bees.",
    "More on the design of the hull is known from two letters of 1702.",
    "Share prices rose in early trading.",
]

FURNITURE = [(publisher, line) for publisher, lines in FOOTERS.items() for line in lines]


def test_nine_in_ten_lines_of_ten_publishers_footers_are_told() -> None:
    missed = [line for _, line in FURNITURE if not look_at(line).is_boilerplate]
    assert len(missed) <= len(FURNITURE) * 0.1, missed


@pytest.mark.parametrize("publisher", FOOTERS)
def test_most_of_each_publishers_footer_is_told(publisher: str) -> None:
    missed = [line for line in FOOTERS[publisher] if not look_at(line).is_boilerplate]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("line", ARTICLE)
def test_a_sentence_of_an_article_stays(line: str) -> None:
    assert not look_at(line).is_boilerplate
