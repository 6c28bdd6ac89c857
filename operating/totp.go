package operating

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

const (
	totpPeriod    = 30 // seconds of a step
	totpDigits    = otp.DigitsSix
	totpSkew      = 1 // steps that clocks may differ
	enrolmentLife = time.Hour
	recoveryCodes = 10
	maxEnrolment  = 4096 // bytes
)

// Enrolment is a new secret for an authenticator app, before a code has shown that the
// app has it. URI and Secret are shown to the operator; Sealed is what a form gives back.
type Enrolment struct {
	URI    string // otpauth://…, for a QR code
	Secret string // to be typed where no code can be scanned, in groups of four
	Sealed string // good for an hour
}

// enrolled is what Sealed has.
type enrolled struct {
	URI     string    `json:"uri"`
	Expires time.Time `json:"expires"`
}

// Enrol makes a new secret for an operator: that of a Session, or of an Invitation.
func (o *Operating) Enrol(of fairlead.Operator) (Enrolment, error) {
	account := of.Email
	if account == "" {
		account = "operator"
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Fairlead " + o.host, AccountName: account, Period: totpPeriod, Digits: totpDigits})
	if err != nil {
		return Enrolment{}, in("making a secret", err)
	}
	plain, err := json.Marshal(enrolled{key.URL(), o.o.Clock().Add(enrolmentLife)})
	if err != nil {
		return Enrolment{}, in("making a secret", err)
	}
	sealed, err := o.o.Vault.SealRoot(sealing.EnrolmentLocation(of.ID), plain)
	if err != nil {
		return Enrolment{}, in("sealing a secret", err)
	}
	return enrolment(key, base64.RawURLEncoding.EncodeToString(sealed)), nil
}

func enrolment(key *otp.Key, sealed string) Enrolment {
	var groups []string
	for group := range slices.Chunk([]byte(key.Secret()), 4) {
		groups = append(groups, string(group))
	}
	return Enrolment{URI: key.URL(), Secret: strings.Join(groups, " "), Sealed: sealed}
}

// OpenEnrolment is the enrolment of what a form gave back, so that it can be shown again.
// Invalid, at the field enrolment: it is not one of this operator's, or too old.
func (o *Operating) OpenEnrolment(of fairlead.Operator, sealed string) (Enrolment, error) {
	key, err := o.openEnrolment(of.ID, sealed)
	if err != nil {
		return Enrolment{}, err
	}
	return enrolment(key, sealed), nil
}

func (o *Operating) openEnrolment(of fairlead.OperatorID, text string) (*otp.Key, error) {
	wrong := fairlead.InvalidField("enrolment", "format", "is too old: begin again")
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || text == "" || len(text) > maxEnrolment {
		return nil, wrong
	}
	plain, err := o.o.Vault.OpenRoot(sealing.EnrolmentLocation(of), sealed)
	if err != nil {
		return nil, wrong
	}
	var e enrolled
	if err := json.Unmarshal(plain, &e); err != nil || !o.o.Clock().Before(e.Expires) {
		return nil, wrong
	}
	key, err := otp.NewKeyFromURL(e.URI)
	if err != nil {
		return nil, wrong
	}
	return key, nil
}

// secondFactor is what a confirmed enrolment makes of an operator.
type secondFactor struct {
	sealed fairlead.Sealed
	step   int64
	hashes []string
	codes  []string // shown once
}

// confirm checks the code that an app shows for an enrolment, and makes what is stored.
// Invalid, at the field code: it is another one.
func (o *Operating) confirm(of fairlead.OperatorID, sealed string, code fairlead.Secret) (f secondFactor, err error) {
	key, err := o.openEnrolment(of, sealed)
	if err != nil {
		return f, err
	}
	step, ok := matchingStep(key.Secret(), code.Reveal(), o.o.Clock())
	if !ok {
		return f, fairlead.InvalidField("code", "format", "is not what the app shows for this secret now")
	}
	if f.sealed, err = o.o.Vault.SealRoot(sealing.TOTPLocation(of), []byte(key.Secret())); err != nil {
		return f, in("sealing a secret", err)
	}
	f.step = step
	f.codes, f.hashes = newRecovery()
	return f, nil
}

// into gives it to the operator.
func (f secondFactor) into(op *fairlead.Operator) {
	op.TOTP, op.TOTPStep, op.Recovery = f.sealed, f.step, f.hashes
}

// matchingStep is the step of which a code is, if it is one of now or beside it.
func matchingStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if len(code) != int(totpDigits) {
		return 0, false
	}
	present, found, ok := now.Unix()/totpPeriod, int64(0), false
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}

var recoveryForm = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRecovery makes codes of 80 random bits that stand in for an authenticator, once each.
func newRecovery() (codes, hashes []string) {
	for range recoveryCodes {
		var b [10]byte
		rand.Read(b[:])
		text := recoveryForm.EncodeToString(b[:])
		codes = append(codes, fmt.Sprintf("%s-%s-%s-%s", text[:4], text[4:8], text[8:12], text[12:]))
		hashes = append(hashes, recoveryHash(text))
	}
	return codes, hashes
}

// recoveryHash is what is stored of a recovery code, however it is typed.
func recoveryHash(code string) string {
	return fairlead.TokenHash(strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code)))
}
