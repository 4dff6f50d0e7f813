#!/usr/bin/env bash
# Take one payment with curl and openssl: `approve.sh AMOUNT_WON`, the card (NUMBER MMYY) on the standard input.
# Exit 0 approved, 3 declined or refused, 4 not approved: undone, or to be undone at the next start.
set -euo pipefail
: "${PAYRELAY_URL:?the base address of the API}" "${PAYRELAY_KEY_ID:?merchant.terminal.epoch}"
: "${PAYRELAY_KEY:?the signing key in hexadecimal digits}"
journal=${PAYRELAY_JOURNAL:-payrelay-journal}
patience_seconds=${PAYRELAY_PATIENCE_SECONDS:-30}

note() { # the line break comes first: a line torn by a power cut spoils no other
  printf '\n%s' "$1 $2" >>"$journal"
  sync "$journal"
}

post() { # path, key, body, seconds → $status and $answer; every request has its own time, nonce and signature
  local digest params base signature told
  digest="sha-256=:$(printf %s "$3" | openssl dgst -sha256 -binary | base64 -w 0):"
  params='("@method" "@path" "content-digest" "idempotency-key")'
  params+=";created=$(date +%s);keyid=\"$PAYRELAY_KEY_ID\";alg=\"hmac-sha256\""
  params+=";nonce=\"$(openssl rand -hex 16)\";tag=\"payrelay\""
  base=$(printf '"@method": POST\n"@path": %s\n"content-digest": %s\n"idempotency-key": %s\n"@signature-params": %s' \
    "$1" "$digest" "$2" "$params")
  signature=$(printf %s "$base" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$PAYRELAY_KEY" -binary | base64 -w 0)
  told=$(printf %s "$3" | curl --silent --max-time "$4" --data-binary @- --write-out '\n%{http_code}' \
    --header 'Content-Type: application/json' --header "Idempotency-Key: $2" \
    --header "Content-Digest: $digest" --header "Signature-Input: pos=$params" \
    --header "Signature: pos=:$signature:" "$PAYRELAY_URL$1") || told=$'\n000'
  status=${told##*$'\n'} answer=${told%$'\n'*}
}

word() { # one word of the answer
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" <<<"$answer"
}

net_cancel() { # 0 when payrelay acknowledged it
  post /v1/net-cancels "$1" "{\"sale_id\": \"$1\"}" 5
  [ "$status" = 200 ] && [ "$(word sale_id)" = "$1" ] && note "$1" acknowledged
}

ended() { # answered for this sale: write it down, then show it
  note "$key" "shown-$1"
  local number
  number=$(word approval_number)
  echo "$1 $key ${number:-$(word response_code)}"
  case $1 in APPROVED) exit 0 ;; DECLINED) exit 3 ;; *) exit 4 ;; esac
}

# What a power cut left without an end was never shown to anybody: undo it first.
touch "$journal"
for begun in $(sed -n 's/ begun$//p' "$journal"); do
  grep -qE "^$begun (shown-.*|acknowledged|refused)\$" "$journal" || net_cancel "$begun" || true
done

read -r number expiry
IFS=. read -r merchant terminal epoch <<<"$PAYRELAY_KEY_ID"
day=$(TZ=KST-9 date +%Y%m%d)
sequence=$(($(grep -c ' begun$' "$journal" || true) + 1))
key=$merchant-$terminal-$epoch-$day-$sequence
note "$key" begun # on disk before anything is sent

body=$(printf '{"merchant": "%s", "terminal": "%s", "terminal_epoch": %d, "business_date": "%s", "sequence": %d, "tender": "card", "amount_won": %d, "card": {"number": "%s", "expiry": "%s", "entry": "KEYED"}}' \
  "$merchant" "$terminal" "$epoch" "$day" "$sequence" "$1" "$number" "$expiry")
ends=$((SECONDS + patience_seconds))
tries=0
while ((SECONDS < ends)); do
  post /v1/approvals "$key" "$body" $((ends - SECONDS))
  tries=$((tries + 1))
  case $status in
    201 | 202) [ "$(word sale_id)" = "$key" ] && ended "$(word state)" ;;
    400 | 401 | 403 | 404 | 413 | 422)
      if [ "$tries" = 1 ] && [ -n "$(word code)" ]; then # later it would not speak of the first try
        note "$key" refused
        echo "REFUSED $key $(word code)"
        exit 3
      fi
      ;;
  esac
  sleep 1
done

note "$key" net-cancel
if net_cancel "$key"; then echo "NOT_APPROVED $key undone"; else echo "NOT_APPROVED $key to-be-undone"; fi
exit 4
