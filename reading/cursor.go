package reading

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// cursorVersion begins every cursor, so that a later form can tell an older one.
const cursorVersion = "1"

// errCursor refuses a cursor that we did not make.
func errCursor() error {
	return fairlead.InvalidField("after", "format", "must be a cursor that an earlier page gave as next")
}

// encodeCursor makes an opaque cursor of its parts.
func encodeCursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + " " + strings.Join(parts, " ")))
}

// decodeCursor takes apart what encodeCursor made, or refuses it.
func decodeCursor(cursor string, parts int) ([]string, error) {
	if len(cursor) > 512 {
		return nil, errCursor()
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return nil, errCursor()
	}
	got := strings.Split(string(b), " ")
	if len(got) != parts+1 || got[0] != cursorVersion {
		return nil, errCursor()
	}
	return got[1:], nil
}

// recordCursor stands after a record of a list ordered by day and id; more may follow it
// in the cursor.
func recordCursor(rec fairlead.Record, more ...string) string {
	return encodeCursor(slices.Concat([]string{string(rec.Kind), rec.Day.String(), string(rec.ID)}, more)...)
}

// afterRecord puts into a query where a cursor of a list of one kind stands, and returns
// the parts that follow; "" is the beginning.
func afterRecord(cursor string, rows *store.RecordQuery, more int) ([]string, error) {
	if cursor == "" {
		return make([]string, more), nil
	}
	parts, err := decodeCursor(cursor, 3+more)
	if err != nil {
		return nil, err
	}
	if parts[0] != string(rows.Kind) || rows.AfterDay.UnmarshalText([]byte(parts[1])) != nil || !fairlead.HasPrefix(parts[2], string(rows.Kind)) {
		return nil, errCursor()
	}
	rows.After = fairlead.RecordID(parts[2])
	return parts[3:], nil
}

// feedCursor stands after a position of the change feed.
func feedCursor(position int64) string { return encodeCursor("feed", strconv.FormatInt(position, 10)) }

func afterPosition(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	parts, err := decodeCursor(cursor, 2)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || n < 0 || parts[0] != "feed" {
		return 0, errCursor()
	}
	return n, nil
}

// idCursor stands after a noun of a list ordered by ids.
func idCursor[T ~string](id T) string { return encodeCursor("id", string(id)) }

// afterID reads such a cursor; prefix says what the ids name.
func afterID(cursor, prefix string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	parts, err := decodeCursor(cursor, 2)
	if err != nil {
		return "", err
	}
	if parts[0] != "id" || !fairlead.HasPrefix(parts[1], prefix) {
		return "", errCursor()
	}
	return parts[1], nil
}
