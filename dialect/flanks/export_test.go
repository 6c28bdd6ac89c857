package flanks

// Status is the table of errors, for the test that it is complete.
var Status = status
