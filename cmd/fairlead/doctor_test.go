package main

import (
	"strings"
	"testing"
)

func TestTheDoctorShowsNoPasswordOfADatabase(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"postgres://fairlead:s3cret@db.example.com/fairlead",
		"postgres://fairlead:s3c%40ret@db.example.com/fairlead",
		"postgres://fairlead:s3c@ret@db.example.com/fairlead",
		"postgres://db.example.com/fairlead?user=fairlead&password=s3cret",
		"postgres://fairlead:s3c%ret@db.example.com/fairlead",
	} {
		if got := shown(address); strings.Contains(got, "s3c") || strings.Contains(got, "ret@") || !strings.HasPrefix(got, "postgres://") {
			t.Errorf("%s is shown as %s", address, got)
		}
	}
	if got := shown("sqlite:///var/lib/fairlead/fairlead.db"); got != "sqlite:///var/lib/fairlead/fairlead.db" {
		t.Errorf("a file is shown as %s", got)
	}
}
