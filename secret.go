package fairlead

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"
)

// sealedText is all that a Secret ever shows.
const sealedText = "[sealed]"

// Secret is text that must never be printed: a password, a one-time code, a
// bank's token. Its text, JSON and log forms all read [sealed]; only Reveal
// gives the value, so that every use can be found by its name.
type Secret struct{ value string }

// NewSecret wraps a value that arrived from outside.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value. Call it at the last moment and keep no copy.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return s.value == "" }

func (s Secret) String() string               { return sealedText }
func (s Secret) GoString() string             { return sealedText }
func (s Secret) MarshalText() ([]byte, error) { return []byte(sealedText), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + sealedText + `"`), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(sealedText) }

// Sealed is ciphertext made by the vault. It may be stored and logged about,
// but is useless without the key of its owner.
type Sealed []byte

// NewToken mints 256 random bits as 43 URL-safe characters: the value of every
// bearer token, code and address. What is stored is its TokenHash.
func NewToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// dated is how many characters of a dated token tell when it was minted.
const dated = 8

// NewDatedToken is NewToken behind the time of its birth, in 8 characters. Of
// tokens that are minted all the time, those of one hour are then stored side by
// side, which spares a large database from touching another page for each. What
// is stored is its DatedHash.
func NewDatedToken(now time.Time) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(now.UnixMilli())<<24)
	return crockford.EncodeToString(b[:5]) + NewToken()
}

// datedUUID is how many characters of a token of NewUUIDToken tell when it was minted.
const datedUUID = 6

// NewUUIDToken is a token for a vendor whose tokens are UUIDs: 98 random bits behind the
// milliseconds of its birth, of which the lowest 24 bits are there. They begin anew
// after four hours and a half; tokens that are minted all the time are then still stored
// side by side. It is of version 8, which RFC 9562 leaves to who makes it. What is stored is
// its DatedHash.
func NewUUIDToken(now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint32(b[:4], uint32(now.UnixMilli())<<8)
	rand.Read(b[3:])
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return uuidOf(b[:])
}

// TokenHash is the form in which a random token is stored: SHA-256 in hex. A slow
// hash adds nothing to 256 random bits.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// DatedHash is TokenHash behind the time of a dated token (NewDatedToken, NewUUIDToken);
// of any other it is TokenHash. It is for tokens that were minted here: of somebody's own secret it
// might show how it begins.
func DatedHash(token string) string {
	hash := TokenHash(token)
	switch {
	case len(token) == dated+base64.RawURLEncoding.EncodedLen(32) && strings.Trim(token[:dated], crockfordDigits) == "":
		return token[:dated] + hash
	case isUUID(token) && token[14] == '8' && strings.Trim(token[:datedUUID], "0123456789abcdef") == "":
		return token[:datedUUID] + hash
	}
	return hash
}
