package sandbox

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
)

// spelled is a word of the table as somebody would type it.
func spelled(t trigger) string {
	return strings.Replace(t.Text, "*", map[takes]string{takesSeconds: "30", takesProduct: "transactions", takesData: "ACCOUNT_TRANSACTION", takesRounds: "2_3"}[t.Takes], 1)
}

func TestEverySecondFactorCanBePassedAtEveryKindOfBank(t *testing.T) {
	t.Parallel()
	for _, f := range factorTriggers() {
		for _, name := range []string{"testbank", "farol"} {
			t.Run(name+"/"+f.Text, func(t *testing.T) {
				t.Parallel()
				b := newFixture(t, name)
				b.approve = true
				steps := 0
				first, err := b.sandbox.Begin(t.Context(), b.start)
				for n := 0; err == nil && first.Step.Done == nil; n++ {
					for _, complaint := range connectortest.CheckStep(first.Step) {
						t.Error(complaint)
					}
					var a fairlead.Answer
					if a, err = b.answer("good", spelled(f), first.Step); err == nil {
						first, err = b.sandbox.Resume(t.Context(), b.start, first.State, a)
					}
					steps = n
				}
				if err != nil || (name == "testbank" && steps == 0) {
					t.Errorf("after %d steps: %v", steps, err)
				}
			})
		}
	}
}

func TestEveryLoginFailureHasItsKind(t *testing.T) {
	t.Parallel()
	for _, f := range loginTriggers() {
		if f.refuses == "" {
			continue
		}
		for _, name := range []string{"harbor", "farol"} {
			t.Run(name+"/"+f.Text, func(t *testing.T) {
				t.Parallel()
				if _, err := newFixture(t, name).login("good", f.Text); !fairlead.Is(err, f.refuses) {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

func TestAnAnswerThatIsAWordOfTheTableChains(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "testbank")
	sms := b.step(b.step(b.begin(), "user", "good", "password", "SCA_SMS"), "code", "SCA_COORDINATE_CARD")
	if sms.Step.Form == nil || sms.Step.Form.Kind != "coordinates" {
		t.Fatalf("%+v", sms.Step)
	}
	if done := b.step(sms, "b4", "1234", "d7", "1234", "f1", "1234"); done.Step.Done == nil {
		t.Fatalf("%+v", done.Step)
	}
	_, err := b.sandbox.Resume(t.Context(), b.start, sms.State, typedIn("b4", "USER_INTERACTION_NEEDED"))
	if !fairlead.Is(err, fairlead.ActionNeeded) {
		t.Error(err)
	}
}

func TestACodeTypedTooLateIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	steps := b.step(b.begin(), "user", "otp", "password", "x")
	b.start.Now = b.start.Now.Add(challengeLife + time.Second)
	if _, err := b.sandbox.Resume(t.Context(), b.start, steps.State, typedIn("code", code)); !fairlead.Is(err, fairlead.ChallengeExpired) {
		t.Error(err)
	}
}

func TestAPushWaitsUntilItIsDecided(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		b := newFixture(t, "puerto")
		waiting := b.step(b.begin(), "user", "good", "password", "SCA_APP")
		if again := b.step(waiting); again.Step.Wait == nil {
			t.Fatalf("%+v", again.Step)
		}
		list, err := b.sandbox.Approvals(t.Context(), b.start.Tenant)
		if err != nil || len(list) != 1 || list[0].User != "good" || list[0].Institution != "ins_puerto" {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := b.sandbox.Decide(t.Context(), b.start.Tenant, list[0].ID, yes); err != nil {
			t.Fatal(err)
		}
		next, err := b.sandbox.Resume(t.Context(), b.start, waiting.State, fairlead.Answer{})
		if yes && (err != nil || next.Step.Done == nil) || !yes && !fairlead.Is(err, fairlead.RejectedChallenge) {
			t.Errorf("decided %v: %+v, %v", yes, next.Step, err)
		}
		if err := b.sandbox.Decide(t.Context(), b.start.Tenant, list[0].ID, yes); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("deciding twice: %v", err)
		}
	}
}

func TestAPushIsGivenByItselfAfterItsSeconds(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	b.mustLogin("good", "SCA_APP_10")
	if passed := b.start.Now.Sub(noon()); passed < 10*time.Second || passed > 12*time.Second {
		t.Errorf("after %s", passed)
	}
}

func TestWordsThatFailCollections(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]struct {
		product fairlead.Product
		after   time.Duration
		want    fairlead.ErrorKind // "": works
	}{
		"PRODUCT_FAILS_transactions":     {fairlead.ProductTransactions, 0, fairlead.InstitutionDown},
		"PRODUCT_FAILS_loans":            {fairlead.ProductTransactions, 0, ""},
		"PRODUCT_MISSING_bills":          {fairlead.ProductBills, 0, fairlead.Unsupported},
		"DATA_ERROR_PRODUCT_ACCOUNT":     {fairlead.ProductAccounts, 0, fairlead.InstitutionDown},
		"NOT_READY_60":                   {fairlead.ProductAccounts, 59 * time.Second, fairlead.NotReady},
		"NOT_READY_50":                   {fairlead.ProductAccounts, 50 * time.Second, ""},
		"HTML":                           {fairlead.ProductAccounts, time.Minute, fairlead.InstitutionDown},
		"TORN":                           {fairlead.ProductAccounts, 2 * time.Hour, ""},
		"QUOTA":                          {fairlead.ProductAccounts, 0, fairlead.SlowDown},
		"DOWN_MIDWAY":                    {fairlead.ProductTransactions, 0, fairlead.InstitutionDown},
		"PASSWORD_CHANGED":               {fairlead.ProductAccounts, 25 * time.Hour, fairlead.RejectedLogin},
		"LOCKED_LATER":                   {fairlead.ProductAccounts, 23 * time.Hour, ""},
		"ACTION_LATER":                   {fairlead.ProductAccounts, 25 * time.Hour, fairlead.ActionNeeded},
		"REVOKED_AT_BANK":                {fairlead.ProductAccounts, 25 * time.Hour, fairlead.ConsentEnded},
		"CONSENT_EXPIRED":                {fairlead.ProductAccounts, 25 * time.Hour, fairlead.ConsentEnded},
		"SCA_SMS+PRODUCT_FAILS_identity": {fairlead.ProductIdentity, 0, fairlead.InstitutionDown},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			for _, name := range []string{"testbank", "farol"} {
				b := newFixture(t, name)
				s := b.mustLogin("good", text)
				s.Now = s.Now.Add(c.after)
				_, err := b.collect(s, connector.FetchRequest{Product: c.product})
				if c.want == "" && err != nil || c.want != "" && !fairlead.Is(err, c.want) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func TestOddDataComesTheNextDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		word                    string
		gone, new, changed, all int // ids that are gone, new, of another amount; all: at least so many are gone
	}{
		{word: "CORRECTED", changed: 2}, {word: "REMOVED", gone: 2}, {word: "DUPLICATE_POSTED", new: 2}, {word: "IDS_REISSUED", all: 60}, {word: "MIGRATED", all: 2000},
	} {
		t.Run(c.word, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, "harbor")
			s := b.mustLogin("good", c.word)
			plain := b.mustCollect(b.mustLogin("good", "good"), fairlead.ProductTransactions)
			before := b.mustCollect(s, fairlead.ProductTransactions)
			if len(before.Transactions) != len(plain.Transactions) {
				t.Fatal("nothing is odd on the first day")
			}
			s.Now = s.Now.Add(oneDay)
			page, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Since: fairlead.DateOf(s.Now)})
			if err != nil {
				t.Fatal(err)
			}
			gone, fresh, changed := compare(before.Transactions, page.Transactions, s.Now)
			if c.all > 0 && gone < c.all || c.all == 0 && (gone != c.gone || fresh != c.new || changed != c.changed) {
				t.Errorf("%d gone, %d new, %d changed", gone, fresh, changed)
			}
		})
	}
}

// compare counts how two tellings of booked transactions differ, leaving out the
// last week.
func compare(was, is []fairlead.Transaction, now time.Time) (gone, fresh, changed int) {
	old := map[string]fairlead.Transaction{}
	recent := fairlead.DateOf(now).AddDays(-7)
	for _, x := range was {
		if x.Booked.Before(recent) {
			old[x.AccountRef+x.Ref] = x
		}
	}
	for _, x := range is {
		y, there := old[x.AccountRef+x.Ref]
		switch {
		case !x.Booked.Before(recent):
		case !there:
			fresh++
		case !x.Amount.Equal(y.Amount):
			changed++
		}
		delete(old, x.AccountRef+x.Ref)
	}
	return len(old), fresh, changed
}

// begin, step and typedIn lead a login by hand.
func (b *fixture) begin() connector.Turn {
	b.Helper()
	t, err := b.sandbox.Begin(b.Context(), b.start)
	if err != nil {
		b.Fatal(err)
	}
	return t
}

func (b *fixture) step(t connector.Turn, typed ...string) connector.Turn {
	b.Helper()
	next, err := b.sandbox.Resume(b.Context(), b.start, t.State, typedIn(typed...))
	if err != nil {
		b.Fatal(err)
	}
	return next
}

func typedIn(pairs ...string) fairlead.Answer {
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		a.Fields[pairs[i]] = fairlead.NewSecret(pairs[i+1])
	}
	return a
}
