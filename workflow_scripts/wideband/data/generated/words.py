"""Names and nouns of the stories. Few and short: the micro tokenizer has room for about 250 merges."""

NAMES = ("Ann", "Ben", "Cara", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ivy", "Jack", "Kim", "Leo", "Mia", "Nick",
         "Olga", "Paul", "Rosa", "Sam", "Tina", "Max")

NOUNS: dict[str, tuple[tuple[str, str], ...]] = {
    "thing": (("apple", "apples"), ("book", "books"), ("card", "cards"), ("coin", "coins"), ("pen", "pens"),
              ("stamp", "stamps"), ("marble", "marbles"), ("egg", "eggs"), ("sticker", "stickers"),
              ("shell", "shells"), ("pear", "pears"), ("cookie", "cookies")),
    "box": (("box", "boxes"), ("bag", "bags"), ("basket", "baskets"), ("jar", "jars"), ("crate", "crates")),
    "ware": (("ticket", "tickets"), ("toy", "toys"), ("cup", "cups"), ("hat", "hats"), ("lamp", "lamps")),
    "group": (("team", "teams"), ("table", "tables"), ("row", "rows"), ("group", "groups")),
    "person": (("child", "children"), ("student", "students"), ("player", "players"), ("guest", "guests")),
    "animal": (("hen", "hens"), ("duck", "ducks"), ("goat", "goats"), ("sheep", "sheep"), ("cow", "cows")),
    "time": (("hour", "hours"), ("day", "days"), ("week", "weeks")),
    "var": (("x", "x"), ("y", "y"), ("t", "t"), ("w", "w")),
    "ride": (("bus", "buses"), ("train", "trains"), ("boat", "boats")),
}
