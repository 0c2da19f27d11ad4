"""Samples of what the rules of house.yml find, and of what they leave alone. Never run."""

# ruleid: mark-safe
mark_safe(text)
# ok: mark-safe
escape(text)

# ruleid: as-markup
as_markup(text)
# ok: as-markup
escape(text)

# ruleid: format-html-of-f-string
format_html(f"<b>{name}</b>")
# ok: format-html-of-f-string
format_html("<b>{}</b>", name)


# ruleid: csrf-exempt
@csrf_exempt
def view(request): ...


# ok: csrf-exempt
@require_safe
def other(request): ...


# ruleid: raw-sql-of-a-manager
Work.objects.raw("select 1")
# ruleid: raw-sql-of-a-manager
rows.extra(where=["1=1"])
# ok: raw-sql-of-a-manager
Work.objects.filter(pk=1)

# ruleid: sql-of-an-f-string
cursor.execute(f"select * from {table}")
# ok: sql-of-an-f-string
cursor.execute("select * from works where id = %s", [pk])


class Out(ModelSerializer):
    class Meta:
        # ruleid: serializer-with-all-fields
        fields = "__all__"


class Less(ModelSerializer):
    class Meta:
        # ruleid: serializer-with-all-fields
        exclude = ["secret"]


class Right(ModelSerializer):
    class Meta:
        # ok: serializer-with-all-fields
        fields = ["id", "title"]


# ruleid: searcher-refresh
searcher.refresh()
# ok: searcher-refresh
work.refresh_from_db()

# ruleid: reader-reuse
index.reader(reuse=old)
# ok: reader-reuse
index.reader()

# ruleid: index-writer-in-a-request
writer = AsyncWriter(index)
# ruleid: index-writer-in-a-request
index.writer(timeout=5)
# ok: index-writer-in-a-request
csv.writer(response)
# ok: index-writer-in-a-request
enqueue_works([1])

# ruleid: query-parser-of-whoosh
QueryParser("text", schema)
# ok: query-parser-of-whoosh
parse("text")

# ruleid: shell
subprocess.run("ls " + name, shell=True)
# ruleid: shell
os.system("ls")
# ok: shell
subprocess.run(["ls", name])

# ruleid: xml-without-our-parser
etree.fromstring(data)
# ruleid: xml-without-our-parser
etree.parse(path)
# ruleid: xml-without-our-parser
etree.XMLParser(resolve_entities=True)
# ok: xml-without-our-parser
etree.fromstring(data, parser)

# ruleid: zip-extract
archive.extractall(folder)
# ok: zip-extract
archive.open(name)

# ruleid: outbound-request
requests.get(address)
# ruleid: outbound-request
urlopen(address)
# ok: outbound-request
client.get(address)

# ruleid: eval
eval(text)
# ok: eval
ast.literal_eval(text)

# ruleid: pickle
pickle.loads(data)
# ok: pickle
json.loads(data)

# ruleid: yaml-load
yaml.load(text)
# ok: yaml-load
yaml.safe_load(text)

# ruleid: cache-throttle
from rest_framework.throttling import AnonRateThrottle

# ok: cache-throttle
from rest_framework.throttling import BaseThrottle

# ruleid: forwarded-for
request.META.get("HTTP_X_FORWARDED_FOR", "")
# ok: forwarded-for
client_address(request)

# ruleid: open-redirect
redirect(request.GET.get("next"))
# ok: open-redirect
redirect("home")

# ruleid: temporary-name
tempfile.mktemp()
# ok: temporary-name
tempfile.mkstemp()

# ruleid: weak-secret
api_key = random.choice(letters)
# ok: weak-secret
api_key = secrets.token_urlsafe(32)
