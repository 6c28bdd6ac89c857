// Package suite pins the official Go client, whose own tests are run against this server
// by dialect/plaid's. It is a module of its own: nothing of it is in the binary.
package suite

import _ "github.com/plaid/plaid-go/v41/tests"
