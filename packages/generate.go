package packages

//go:generate npm run --silent generate
