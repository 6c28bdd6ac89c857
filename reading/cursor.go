package reading

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
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

// recordCursor stands after a record of a list ordered by day and id.
func recordCursor(rec fairlead.Record) string {
	return encodeCursor(string(rec.Kind), rec.Day.String(), string(rec.ID))
}

// afterRecord reads a cursor of a list of one kind; "" is the beginning.
func afterRecord(cursor string, kind fairlead.RecordKind) (day fairlead.Date, id fairlead.RecordID, err error) {
	if cursor == "" {
		return day, "", nil
	}
	parts, err := decodeCursor(cursor, 3)
	if err != nil {
		return day, "", err
	}
	if parts[0] != string(kind) || day.UnmarshalText([]byte(parts[1])) != nil || !fairlead.HasPrefix(parts[2], string(kind)) {
		return day, "", errCursor()
	}
	return day, fairlead.RecordID(parts[2]), nil
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
