package plaid_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead/apptest"
)

// webhooks are those that a receiver got, verified as the vendor has it.
func (c client) webhooks(r *apptest.Receiver) (out []object) {
	c.T.Helper()
	for _, got := range r.Got() {
		signed, err := jose.ParseSignedCompact(got.Header.Get("Plaid-Verification"), []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			c.T.Fatal(err)
		}
		answer := c.call("/webhook_verification_key/get", object{"key_id": signed.Signatures[0].Header.KeyID})
		text, err := json.Marshal(answer["key"])
		if err != nil {
			c.T.Fatal(err)
		}
		var key jose.JSONWebKey
		if err := json.Unmarshal(text, &key); err != nil {
			c.T.Fatal(err)
		}
		claims, err := signed.Verify(key)
		if err != nil {
			c.T.Fatalf("the signature is not of its key: %v", err)
		}
		var said struct {
			IssuedAt int64  `json:"iat"`
			Sum      string `json:"request_body_sha256"`
		}
		if err := json.Unmarshal(claims, &said); err != nil {
			c.T.Fatal(err)
		}
		sum := sha256.Sum256(got.Body)
		if age := time.Since(time.Unix(said.IssuedAt, 0)); said.Sum != hex.EncodeToString(sum[:]) || age > 5*time.Minute || age < -time.Minute {
			c.T.Errorf("a webhook of %s is said to be %s, and its body is another: %s", age, claims, got.Body)
		}
		if !strings.HasPrefix(string(got.Body), "{\n  \"webhook_type\"") {
			c.T.Errorf("a body is not indented as the vendor's are: %s", got.Body)
		}
		body := object{}
		if err := json.Unmarshal(got.Body, &body); err != nil {
			c.T.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// has reports whether a webhook of a type and code is among some.
func has(all []object, code string) bool {
	return slices.ContainsFunc(all, func(w object) bool { return w["webhook_type"].(string)+"/"+w["webhook_code"].(string) == code })
}

func TestWebhooksAreSignedOverTheirExactBytesWithAKeyThatCanBeFetched(t *testing.T) {
	t.Parallel()
	c := start(t)
	hook := apptest.NewReceiver(t)
	token := c.item("ins_109508", object{"webhook": hook.URL}, "transactions", "investments", "liabilities")
	c.Until("what was there before the exchange is told", func() bool {
		all := c.webhooks(hook)
		return has(all, "TRANSACTIONS/INITIAL_UPDATE") && has(all, "TRANSACTIONS/HISTORICAL_UPDATE") && has(all, "TRANSACTIONS/SYNC_UPDATES_AVAILABLE")
	})
	if fired := c.call("/sandbox/item/fire_webhook", object{"access_token": token, "webhook_type": "TRANSACTIONS", "webhook_code": "DEFAULT_UPDATE"}); fired["webhook_fired"] != true {
		t.Errorf("fire_webhook answers %v", fired)
	}
	c.Until("the fired webhook arrives", func() bool { return has(c.webhooks(hook), "TRANSACTIONS/DEFAULT_UPDATE") })
	c.Advance("72h")
	c.Until("a collection is told", func() bool {
		return has(c.webhooks(hook), "INVESTMENTS_TRANSACTIONS/DEFAULT_UPDATE") || has(c.webhooks(hook), "HOLDINGS/DEFAULT_UPDATE")
	})
	c.call("/sandbox/item/reset_login", named(token))
	c.Until("the reset is told", func() bool { return has(c.webhooks(hook), "ITEM/ERROR") })
	for _, w := range c.webhooks(hook) {
		if w["webhook_code"] == "ERROR" {
			if e, _ := w["error"].(object); e == nil || e["error_code"] != "ITEM_LOGIN_REQUIRED" || e["status"] != 400.0 {
				t.Errorf("the error is %v", w["error"])
			}
		}
		if _, there := w["error"]; !there || w["environment"] != "sandbox" || w["item_id"] == "" {
			t.Errorf("a webhook is %v", w)
		}
	}
	if last, _ := c.call("/item/get", named(token))["status"].(object)["last_webhook"].(object); last == nil || last["code_sent"] != "ERROR" {
		t.Errorf("the last webhook is %v", last)
	}
}

func TestWebhooksGoToTheAddressThatAnItemHasNow(t *testing.T) {
	t.Parallel()
	c := start(t)
	old, fresh := apptest.NewReceiver(t), apptest.NewReceiver(t)
	token := c.item("ins_harbor", object{"webhook": old.URL}, "transactions")
	c.Until("what the Item began with is told", func() bool { return len(old.Got()) == 3 })
	c.call("/item/webhook/update", object{"access_token": token, "webhook": fresh.URL})
	fire := object{"access_token": token, "webhook_code": "NEW_ACCOUNTS_AVAILABLE"}
	c.call("/sandbox/item/fire_webhook", fire)
	c.Until("it arrives", func() bool { return has(c.webhooks(fresh), "ITEM/NEW_ACCOUNTS_AVAILABLE") })
	if n := len(old.Got()); n > 3 {
		t.Errorf("%d went to the old address", n)
	}
	c.call("/item/webhook/update", object{"access_token": token, "webhook": nil})
	if code := c.refused("/sandbox/item/fire_webhook", fire); code != "SANDBOX_WEBHOOK_INVALID" {
		t.Errorf("without an address it is refused with %s", code)
	}
}

func TestTheEndOfAHostedLinkIsToldWithItsLinkTokenAndPublicToken(t *testing.T) {
	t.Parallel()
	c := start(t)
	hook := apptest.NewReceiver(t)
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"auth"},
		"webhook": hook.URL, "hosted_link": object{},
	})
	p := c.Visit(link["hosted_link_url"].(string))
	walk(t, p, "good", "good")
	c.Until("the end is told", func() bool { return has(c.webhooks(hook), "LINK/SESSION_FINISHED") })
	for _, w := range c.webhooks(hook) {
		if w["webhook_code"] != "SESSION_FINISHED" {
			continue
		}
		tokens, _ := w["public_tokens"].([]any)
		if w["status"] != "SUCCESS" || w["link_token"] != link["link_token"] || len(tokens) != 1 {
			t.Fatalf("the end is told as %v", w)
		}
		c.call("/item/public_token/exchange", object{"public_token": tokens[0]})
	}
}

func TestTheFirstTransactionsAreToldOnceWhetherTheExchangeOrTheCollectionCameFirst(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := start(t, options...)
		hook := apptest.NewReceiver(t)
		for range 3 {
			link := c.call("/link/token/create", object{
				"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"transactions"},
				"webhook": hook.URL, "hosted_link": object{},
			})
			walk(t, c.Visit(link["hosted_link_url"].(string)), "good", "good")
			visit := rows(c.call("/link/token/get", object{"link_token": link["link_token"]}), "link_sessions")[0]
			added := rows(visit["results"].(object), "item_add_results")[0]
			c.call("/item/public_token/exchange", object{"public_token": added["public_token"]})
		}
		codes := func() (n map[string]int) {
			n = map[string]int{}
			for _, w := range c.webhooks(hook) {
				n[w["webhook_code"].(string)]++
			}
			return n
		}
		c.Until("all is told", func() bool {
			n := codes()
			return n["HISTORICAL_UPDATE"] > 0 && n["SYNC_UPDATES_AVAILABLE"] > 0 && n["SESSION_FINISHED"] == 3
		})
		time.Sleep(300 * time.Millisecond) // for what must not come
		n := codes()
		if n["INITIAL_UPDATE"] != 1 || n["HISTORICAL_UPDATE"] != 1 || n["SYNC_UPDATES_AVAILABLE"] != 1 {
			t.Errorf("the webhooks are %v", n)
		}
	})
}

func TestUpdateModeAddsNoItemAndTellsNobodyOfARepairThatTheyMadeThemselves(t *testing.T) {
	t.Parallel()
	c := start(t)
	hook := apptest.NewReceiver(t)
	token := c.item("ins_harbor", object{"webhook": hook.URL}, "transactions")
	c.call("/sandbox/item/reset_login", named(token))
	c.Until("the reset is told", func() bool { return has(c.webhooks(hook), "ITEM/ERROR") })
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"},
		"access_token": token, "hosted_link": object{}, "webhook": hook.URL,
	})
	walk(t, c.Visit(link["hosted_link_url"].(string)), "good", "good")
	c.Until("the end is told", func() bool { return has(c.webhooks(hook), "LINK/SESSION_FINISHED") })
	c.Until("the Item is well", func() bool { return c.call("/item/get", named(token))["item"].(object)["error"] == nil })
	time.Sleep(300 * time.Millisecond) // for what must not come
	errors := 0
	for _, w := range c.webhooks(hook) {
		switch w["webhook_code"] {
		case "ITEM_ADD_RESULT", "LOGIN_REPAIRED":
			t.Errorf("%v is told", w)
		case "ERROR":
			errors++
		}
	}
	if errors != 1 {
		t.Errorf("the error is told %d times", errors)
	}
}

func TestAnItemThatIsRepairedElsewhereIsToldOnce(t *testing.T) {
	t.Parallel()
	c := start(t)
	hook := apptest.NewReceiver(t)
	token := c.item("ins_harbor", object{"webhook": hook.URL}, "transactions")
	c.call("/sandbox/item/reset_login", named(token))
	item := c.call("/item/get", named(token))["item"].(object)["item_id"]
	var link struct{ URL string }
	c.Call("POST", "/links", object{"connection_id": item}, &link)
	walk(t, c.Visit(link.URL), "good", "good")
	c.Until("the repair is told", func() bool { return has(c.webhooks(hook), "ITEM/LOGIN_REPAIRED") })
	c.Advance("24h")
	time.Sleep(300 * time.Millisecond)
	repaired := 0
	for _, w := range c.webhooks(hook) {
		if w["webhook_code"] == "LOGIN_REPAIRED" {
			repaired++
		}
	}
	if repaired != 1 {
		t.Errorf("it is told %d times", repaired)
	}
}
