package operating

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
)

const (
	minPassword = 12  // characters
	maxPassword = 200 // bytes
	// minDifferent is how many different characters it has at least: fewer are a key
	// that was pressed long.
	minDifferent = 5
)

// What a password costs to hash: the first choice of OWASP's cheat sheet.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	hashLength  = 32
	saltLength  = 16

	hashedAtOnce = 4 // of them in memory
	waitingEach  = 4 // of one client address, that wait or are hashed
	hashWait     = 10 * time.Second
)

//go:embed common.txt
var commonText string

// common are passwords that many people have, long enough to be allowed otherwise.
var common = strings.Fields(commonText)

// normal is a password as it is hashed: however a keyboard composes its letters.
func normal(password fairlead.Secret) string { return norm.NFC.String(password.Reveal()) }

// checkPassword refuses a password that is too easy to guess. There are no rules of what
// it consists of.
func checkPassword(password fairlead.Secret, email string) error {
	refuse := func(code, reason string) error { return fairlead.InvalidField("password", code, reason) }
	text := password.Reveal()
	lower := strings.ToLower(normal(password))
	local, _, _ := strings.Cut(email, "@")
	different := []rune(lower)
	slices.Sort(different)
	switch {
	case !utf8.ValidString(text):
		return refuse("format", "must be text")
	case len(text) > maxPassword:
		return refuse("range", "must have at most 200 bytes")
	case utf8.RuneCountInString(text) < minPassword:
		return refuse("range", "must have at least 12 characters")
	case strings.Contains(lower, email) && email != "", len(local) >= minDifferent && strings.Contains(lower, local):
		return refuse("format", "must not contain your e-mail address")
	case len(slices.Compact(different)) < minDifferent, slices.Contains(common, lower), slices.Contains(common, unrepeated(lower)):
		return refuse("format", "must not be one that many people have")
	}
	return nil
}

// unrepeated is what a text consists of that is one text said several times.
func unrepeated(text string) string {
	for n := 1; n <= len(text)/2; n++ {
		if len(text)%n == 0 && strings.Repeat(text[:n], len(text)/n) == text {
			return text[:n]
		}
	}
	return text
}

// hashPassword is what is stored of a password.
func (o *Operating) hashPassword(ctx context.Context, password fairlead.Secret, c Client) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	sum, err := o.hashed(ctx, normal(password), salt, c)
	return phc(salt, sum), err
}

// phc is the usual text of a hash with what it was made with.
func phc(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// passwordRight compares a password with what is stored. Where there is nothing stored,
// or what nobody made, it takes as long, and is wrong.
func (o *Operating) passwordRight(ctx context.Context, stored string, password fairlead.Secret, c Client) (bool, error) {
	text := normal(password)
	if len(password.Reveal()) > maxPassword {
		text = ""
	}
	parts := strings.Split(stored, "$")
	salt, want := make([]byte, saltLength), []byte(nil)
	if len(parts) == 6 && phcHead == strings.Join(parts[:4], "$") {
		s, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
		w, wantErr := base64.RawStdEncoding.DecodeString(parts[5])
		if saltErr == nil && wantErr == nil && len(w) == hashLength {
			salt, want = s, w
		}
	}
	sum, err := o.hashed(ctx, text, salt, c)
	return err == nil && text != "" && subtle.ConstantTimeCompare(sum, want) == 1, err
}

// phcHead begins every hash that is stored.
var phcHead = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d", argon2.Version, hashMemory, hashTime, hashThreads)

// hashed hashes when there is memory for it. RateLimited: the client, or everybody
// together, asks for too much at once.
func (o *Operating) hashed(ctx context.Context, text string, salt []byte, c Client) ([]byte, error) {
	tooMany := &fairlead.Error{Kind: fairlead.RateLimited, Detail: "Too many are signing in at once.", RetryAfter: time.Second}
	client, _ := ratelimit.Client(c.From)
	release, full := o.waiting.Take(ratelimit.Share{Name: "client", Key: client, Most: waitingEach})
	if full != "" {
		return nil, tooMany
	}
	defer release()
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	leave, err := o.hashing.Enter(ctx, client)
	if err != nil {
		return nil, tooMany
	}
	defer leave()
	return argon2.IDKey([]byte(text), salt, hashTime, hashMemory, hashThreads, hashLength), nil
}
