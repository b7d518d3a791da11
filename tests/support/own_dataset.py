"""A dataset as somebody else would begin it: one shop, one customer, one order, one product; and tasks for it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ecom_fixtures.dataset.folder import default_folder

Content = dict[str, Any]

PRODUCT: Content = {
    "product_id": "LAMP-1",
    "shop_id": "L1",
    "name": "Wick Reading Lamp",
    "category": "lamps",
    "price": 49,
    "description": "A brass reading lamp with a warm bulb. 41 cm high.",
    "installation": "Plug it in; nobody needs to come.",
    "repair": "The lamp is covered for 18 months from delivery.",
    "materials": "A bulb is in the box.",
    "gifts": "No gift comes with it.",
}
ORDER: Content = {
    "order_id": "251112000001",
    "shop_id": "L1",
    "state": "paid",
    "payment": "bank_card",
    "created": "2025-11-12 09:00",
    "lines": [{"product_id": "LAMP-1", "unit_price": 49}],
}
PARCEL: Content = {
    "carrier": "Owl",
    "tracking_number": "X1",
    "track": [
        {"time": "2025-11-09 10:00", "event": "Left the mill"},
        {"time": "2025-11-11 10:00", "event": "Put into the locker at Mill Lane"},
    ],
}
# Its id doesn't begin with its day, and where its parcel ends the built-in dataset would say "delivered".
ARRIVED: Content = {**ORDER, "order_id": "7700001", "state": "delivered", "created": "2025-11-08", "parcel": PARCEL}
CASHBACK: Content = {"amount": 5, "state": "registered", "terms": "A photo."}
PERSONA: Content = {
    "id": "nora",
    "consumer": "buys a lamp",
    "emotion": "calm",
    "detail": "average",
    "patience": "high",
    "trust": "neutral",
    "rights": "average",
    "asking": "direct",
    "speech": "plain",
    "pace": "one message",
    "portrait": "A quiet person.",
}
CRACK: Content = {"kind": "photo", "shows": "A photo of a lamp with a cracked glass shade.", "fields": {}}
DOOR: Content = {"kind": "photo", "shows": "A photo of a violet door.", "fields": {}}

COVERED: Content = {
    "id": "covered",
    "say": "Hello, how long is my reading lamp covered?",
    "goal": "Ask how long the lamp is covered.",
    "searches": [{"get_repair_info": {"product_id": "LAMP-1"}}],
    "keywords": [{"any_of": ["18 months"], "decoys": ["41 cm"]}],
}
HURRY: Content = {
    "id": "hurry",
    "say": "Hello, please have my reading lamp expedited.",
    "goal": "Ask for the lamp to be expedited.",
    "actions": [{"manage_urgent": {"order_id": "251112000001"}}],
}

GREETING: Content = {"id": "hello", "say": "Hello, I only wanted to say hello.", "goal": "Say hello."}
# Arguments as a person may write them: the id and the phone number as numbers, capital letters.
VISIT: Content = {
    "order_id": 7700001,
    "user_name": "Nora Vale",
    "phone_number": 10000000001,
    "service_type": "Inspect",
    "service_time": "Monday",
}


class Plain(yaml.SafeDumper):
    """Writes what stands twice twice, as a person would."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def shows(picture: str, proof: str, intent: Content = HURRY) -> Content:
    """An intent that is right only when ``picture`` shows ``proof``."""
    look = {"get_image_info": {"history_messages": f"https://img.mapleway.example/{picture}"}}
    return {**intent, "picture": picture, "proof": [proof], "searches": [look]}


def task(*intents: Content, **more: Any) -> Content:
    place = {"platform": "brightmart", "shop_id": "L1", "user_id": "C1", "persona": "nora"}
    about = {"number": 0, "id": "one", "title": "A lamp", "tags": ["lamps"], "about": "You bought a lamp."}
    return {**about, **place, "intents": list(intents), **more}


def write(
    folder: Path,
    *tasks: Content,
    orders: tuple[Content, ...] = (ORDER,),
    product: Content = PRODUCT,
    personas: tuple[Content, ...] = (PERSONA,),
    pictures: Mapping[str, Content] | None = None,
) -> Path:
    """Write the dataset to ``folder``; the policy is the built-in one."""
    customer = {"user_id": "C1", "platform": "brightmart", "name": "Nora Vale", "phone": "10000000001"}
    shops = [
        {"platform": "brightmart", "shop_id": "L1", "name": "Lantern and Loom"},
        {"platform": "farmart", "shop_id": "L2", "name": "Lantern and Loom Abroad"},
    ]
    files: dict[str, Any] = {
        "shop/shop.yaml": {"today": "2025-11-14 10:00", "gift_card_rules": "Cards don't expire.", "shops": shops},
        "shop/products/lamps.yaml": [product],
        "shop/customers/all.yaml": [{**customer, "address": "3 Mill Lane", "orders": list(orders)}],
        "personas/all.yaml": list(personas),
        **{f"tasks/{each['id']}.yaml": each for each in tasks},
        **{f"images/{name}.yaml": content for name, content in (pictures or {}).items()},
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.dump(content, Dumper=Plain, sort_keys=False), encoding="utf-8")
    shutil.copytree(default_folder() / "policy", folder / "policy")
    for name in pictures or {}:
        shutil.copy(default_folder() / "images" / "photo-u1005-1.png", folder / "images" / f"{name}.png")
    return folder
