// Take one payment with plain Node, 18 or newer: `node approve.mjs AMOUNT_WON`, the card (NUMBER MMYY) on the
// standard input. Exit 0 approved, 3 declined or refused, 4 not approved: undone, or to be undone at the next
// start. One process per journal.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

const { PAYRELAY_URL: url, PAYRELAY_KEY_ID: keyId, PAYRELAY_KEY: keyInHex } = process.env;
const journal = process.env.PAYRELAY_JOURNAL ?? "payrelay-journal";
const patienceMs = 1000 * Number(process.env.PAYRELAY_PATIENCE_SECONDS ?? 30);

function note(key, what) {
  const file = openSync(journal, "a");
  writeSync(file, `\n${key} ${what}`); // the line break comes first: a torn line spoils no other
  fsyncSync(file);
  closeSync(file);
}

// Every request has its own time, nonce and signature (RFC 9421, RFC 9530).
function signed(path, key, body) {
  const digest = `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  const params =
    `("@method" "@path" "content-digest" "idempotency-key");created=${Math.floor(Date.now() / 1000)}` +
    `;keyid="${keyId}";alg="hmac-sha256";nonce="${randomBytes(16).toString("hex")}";tag="payrelay"`;
  const base = [
    `"@method": POST`,
    `"@path": ${path}`,
    `"content-digest": ${digest}`,
    `"idempotency-key": ${key}`,
    `"@signature-params": ${params}`,
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(keyInHex, "hex")).update(base).digest("base64");
  return {
    "Content-Type": "application/json",
    "Idempotency-Key": key,
    "Content-Digest": digest,
    "Signature-Input": `pos=${params}`,
    Signature: `pos=:${signature}:`,
  };
}

// Status 0 and no words: no answer, or none of payrelay's.
async function post(path, key, body, milliseconds) {
  try {
    const told = await fetch(url + path, {
      method: "POST",
      headers: signed(path, key, body),
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(milliseconds),
    });
    return { status: told.status, words: await told.json() };
  } catch {
    return { status: 0, words: {} };
  }
}

async function netCancel(key) {
  const { status, words } = await post("/v1/net-cancels", key, JSON.stringify({ sale_id: key }), 5000);
  const isAcknowledged = status === 200 && words.sale_id === key;
  if (isAcknowledged) note(key, "acknowledged");
  return isAcknowledged;
}

async function approve(key, body) {
  const ends = Date.now() + patienceMs;
  for (let tries = 1; Date.now() < ends; tries += 1) {
    const { status, words } = await post("/v1/approvals", key, body, ends - Date.now());
    if ([201, 202].includes(status) && words.sale_id === key) return words;
    const isRefused = [400, 401, 403, 404, 413, 422].includes(status) && words.code;
    if (isRefused && tries === 1) return { state: "REFUSED", response_code: words.code };
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return undefined; // unknown: not a decline
}

// What a power cut left without an end was never shown to anybody: undo it first.
const lines = existsSync(journal) ? readFileSync(journal, "utf8").split("\n") : [];
const begun = lines.filter((line) => line.endsWith(" begun")).map((line) => line.split(" ")[0]);
const isEnded = (key) => lines.some((line) => RegExp(`^${key} (shown-.*|acknowledged|refused)$`).test(line));
for (const key of begun) if (!isEnded(key)) await netCancel(key);

const [number, expiry] = readFileSync(0, "utf8").trim().split(" ");
const [merchant, terminal, epoch] = keyId.split(".");
const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", ""); // in Korea
const sequence = begun.length + 1;
const key = [merchant, terminal, epoch, day, sequence].join("-");
note(key, "begun"); // on disk before anything is sent

const told = await approve(
  key,
  JSON.stringify({
    merchant,
    terminal,
    terminal_epoch: Number(epoch),
    business_date: day,
    sequence,
    tender: "card",
    amount_won: Number(process.argv[2]),
    card: { number, expiry, entry: "KEYED" },
  }),
);
if (told === undefined) {
  note(key, "net-cancel");
  console.log("NOT_APPROVED", key, (await netCancel(key)) ? "undone" : "to-be-undone");
  process.exit(4);
}
note(key, told.state === "REFUSED" ? "refused" : `shown-${told.state}`); // written down, then shown
console.log(told.state, key, told.approval_number || told.response_code);
process.exit({ APPROVED: 0, DECLINED: 3, REFUSED: 3 }[told.state] ?? 4);
