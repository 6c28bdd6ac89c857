// Package docscheck runs what the documents show: each command, in order, in one
// shell per document against a server of its own, and each program in the language
// that its block names. `make docs-check` is this test.
//
// A fenced block says in its info string what to do with it beyond running it:
//
//	```sh background="http://127.0.0.1:8080/readyz"   goes on when the address answers
//	```sh fresh                                        begins without the server of earlier blocks
//	```sh refused                                      every call is answered with an error
//	```js file="server.mjs"                            is written to the file, for later blocks
//	```go compiles                                     is a fragment: it is parsed, not run
//	```js tab="Node"                                   is one of several languages
//	```json output                                     is what the block before prints; … is any text
//	```sh illustrative="why"                           is not run, for this reason
//
// The documents' addresses, ports and folders become some that nobody else uses.
package docscheck
