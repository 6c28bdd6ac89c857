package storetest

import "testing"

func transactionTests() map[string]func(*testing.T, *fixture) { return nil }
func tenantTests() map[string]func(*testing.T, *fixture)      { return nil }
func tokenTests() map[string]func(*testing.T, *fixture)       { return nil }
func noteTests() map[string]func(*testing.T, *fixture)        { return nil }
