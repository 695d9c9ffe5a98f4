"""Asks for a year of one operator after another: days.py PORT FROM TO. Answers are not kept by the server."""
import http.client, json, sys, time

port, first, last = int(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = http.client.HTTPConnection("127.0.0.1", port)

def ask(document):
    connection.request("POST", "/graphql", json.dumps({"query": document}), {"content-type": "application/json"})
    body = json.loads(connection.getresponse().read())
    if "errors" in body:
        sys.exit(f"unexpected answer: {body['errors'][0]}")
    return body["data"]

operators = [each["address"] for each in ask("{ operators(first: 200) { nodes { address } } }")["operators"]["nodes"]]
took = []
for number in range(1_500):
    begun = time.perf_counter()
    ask(f"""{{ operator(address: "{operators[number % len(operators)]}") {{
      dailySnapshots(from: "{first}", to: "{last}") {{ date tvsUsd activeDelegators activeAvsCount }}
      analytics {{ riskScore riskLevel confidence }} }} }}""")
    if number >= 500:
        took.append(time.perf_counter() - begun)
took.sort()
print(f"{took[len(took) // 2] * 1e3:.1f} / {took[len(took) * 99 // 100] * 1e3:.1f} ms")
