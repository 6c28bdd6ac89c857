package docs

// group is a heading of the navigation with its pages.
type group struct {
	Name  string
	Pages []entry
}

// entry is a page: its address below /docs, its name in the navigation, and the
// file it is made of. No file: the page is made of the API's description.
type entry struct {
	Slug, Name, File string
}

// guides is every page that is a file, in the order of the navigation.
func guides() []group {
	return []group{
		{"Start", []entry{
			{"quickstart", "Quick start", "docs/guides/quickstart.md"},
			{"modal", "The modal", "docs/guides/modal.md"},
			{"webhooks", "Webhooks", "docs/guides/webhooks.md"},
			{"errors", "Errors and who must act", "docs/guides/errors.md"},
			{"testing", "Testing in CI", "docs/guides/testing.md"},
			{"going-live", "Going live", "docs/guides/going-live.md"},
		}},
		{"Reference", []entry{
			{"conventions", "Conventions", "dialect/native/README.md"},
			{"terms", "Terms", "docs/terms.md"},
		}},
		{"Packages", []entry{
			{"packages/node", "Node", "packages/node/README.md"},
			{"packages/python", "Python", "packages/python/README.md"},
			{"packages/go", "Go", "client/README.md"},
			{"packages/link", "The modal, bundled", "packages/link/README.md"},
			{"packages/react", "React", "packages/react/README.md"},
			{"link-js", "link.js", "web/sdk/README.md"},
		}},
		{"Data", []entry{
			{"sandbox", "The sandbox", "docs/sandbox.md"},
			{"statement-files", "Statement files", "docs/statement-files.md"},
			{"plaid", "Plaid as a source", "docs/plaid.md"},
			{"simplefin", "SimpleFIN as a source", "docs/simplefin.md"},
			{"providers", "Providers", "docs/providers.md"},
			{"connectors", "Writing a connector", "docs/connectors.md"},
		}},
		{"Compatible APIs", []entry{
			{"dialects", "Bring your integration", "docs/guides/dialects.md"},
			{"dialects/plaid", "Plaid", "dialect/plaid/README.md"},
			{"dialects/simplefin", "SimpleFIN", "dialect/simplefin/README.md"},
			{"dialects/taiki", "Taiki", "dialect/taiki/README.md"},
			{"dialects/klavi", "Klavi", "dialect/klavi/README.md"},
			{"dialects/flanks", "Flanks", "dialect/flanks/README.md"},
		}},
		{"Operation", []entry{
			{"running", "Running it", "docs/running.md"},
			{"security-log", "The security log", "docs/security-log.md"},
			{"reliability", "Reliability", "docs/reliability.md"},
			{"performance", "Performance", "docs/performance.md"},
		}},
	}
}
