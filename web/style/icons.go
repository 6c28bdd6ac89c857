package style

import "strings"

// iconPaths are our own drawings by name: strokes of 2 units on a square of 24.
var iconPaths = map[string]string{
	"back":    "M15 5l-7 7 7 7",
	"next":    "M9 5l7 7-7 7",
	"close":   "M6 6l12 12M18 6L6 18",
	"lock":    "M7 11h10a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM8 11V8a4 4 0 0 1 8 0v3",
	"check":   "M5 12.5l4.5 4.5L19 7.5",
	"alert":   iconCircle + "M12 7.5v5.5M12 16.4v.1",
	"info":    iconCircle + "M12 11v5.5M12 7.6v.1",
	"data":    "M5 3h9l5 5v13H5zM14 3v5h5M9 13h6M9 17h6",
	"control": "M4 8h9M19 8h1M4 16h1M11 16h9M13.5 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M5.5 16a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0",
	"clock":   iconCircle + "M12 7v5l3.5 2",
	"search":  "M4.5 11a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M16 16l4.5 4.5",
	"file":    "M12 16V5M8 9l4-4 4 4M5 16v3h14v-3",
	"phone":   "M9.5 3h5A2.5 2.5 0 0 1 17 5.5v13a2.5 2.5 0 0 1-2.5 2.5h-5A2.5 2.5 0 0 1 7 18.5v-13A2.5 2.5 0 0 1 9.5 3zM11 17.8h2",
	"mail":    "M4 6h16v12H4zM4 7l8 6 8-6",
	"message": "M4 5h16v11H10l-4 4v-4H4z",
	"key":     "M4 15.5a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0M10 13l9-9M16 7l3 3",
	"out":     "M9 5H5v14h14v-4M13 5h6v6M19 5l-8 8",
	"exit":    "M14 4H6v16h8M11 12h10M17 8l4 4-4 4",
	"globe":   iconCircle + "M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
	"bank":    "M3 9.5L12 4l9 5.5zM5.5 10v8M10 10v8M14 10v8M18.5 10v8M3 20.5h18",
	"shield":  "M12 3l7.5 3v5c0 5-3 8.5-7.5 10-4.5-1.5-7.5-5-7.5-10V6z",
	"user":    "M8 8a4 4 0 1 0 8 0 4 4 0 1 0-8 0M4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
	"refresh": "M20 12a8 8 0 1 1-2.5-5.800L20 8.5M20 4v4.5h-4.5",
	"trash":   "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5",
	"resend":  "M4 12a8 8 0 1 0 2.5-5.800L4 8.5M4 4v4.5h4.5",

	"product-accounts":                "M3 7h15a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM3 7l12-3v3M16 13.5h4",
	"product-identity":                "M3 5h18v14H3zM6.5 10.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M5.5 16c.5-2 5.5-2 6 0M15 10h3M15 14h3",
	"product-transactions":            "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
	"product-bills":                   "M3 6h18v12H3zM3 10h18M7 14.5h4",
	"product-loans":                   "M3 11.5L12 4l9 7.5M5.5 10v10h13V10M10 20v-6h4v6",
	"product-holdings":                "M12 3a9 9 0 1 0 9 9h-9zM16 3.5A9 9 0 0 1 20.5 8H16z",
	"product-investment_transactions": "M4 17l5.5-6 4 4L20 7M15 7h5v5",
	"product-statements":              "M5 3h9l5 5v13H5zM14 3v5h5M9 13h6M9 17h6",
	"product-tax_forms":               "M6 3h12v18l-3-2-3 2-3-2-3 2zM14.5 8l-5 6M9.7 8.5v.1M14.3 13.5v.1",

	"failure-rejected_login":     "M8 8a4 4 0 1 0 8 0 4 4 0 1 0-8 0M4 20.5c.8-3.5 3.5-5.5 8-5.5M16 16l5 5M21 16l-5 5",
	"failure-rejected_challenge": "M3 6h18v10h-6M3 6v10h6M7.5 11v.1M12 11v.1M16.5 11v.1M10 17l4 4M14 17l-4 4",
	"failure-challenge_expired":  "M7 3h10M7 21h10M8 3c0 5 8 6 8 9s-8 4-8 9M16 3c0 5-8 6-8 9s8 4 8 9",
	"failure-consent_ended":      "M5 3h9l5 5v4M14 3v5h5M5 3v18h7M15 16l5 5M20 16l-5 5",
	"failure-action_needed":      "M3 9.5L12 4l9 5.5zM5.5 10v8M10 10v8M3 20.5h9M18 12v5M18 20.400v.1",
	"failure-institution_down":   "M3 9.5L12 4l9 5.5zM5.5 10v8M10 10v8M3 20.5h9M15 15l5 5M20 15l-5 5",
	"failure-forbidden":          iconCircle + "M5.7 5.7l12.6 12.6",
	"failure-unavailable":        "M7 18a4.5 4.5 0 0 1-.5-9A6 6 0 0 1 18 10a4 4 0 0 1 0 8zM12 10.5v3M12 15.6v.1",
	"failure-too_large":          "M5 3h9l5 5v13H5zM14 3v5h5M12 18v-6M9.5 14L12 11.5l2.5 2.5",
	"failure-unsupported":        "M10 4h4v4h6v12H4V8h6zM9 12l6 5M15 12l-6 5",
}

const iconCircle = "M2.5 12a9.5 9.5 0 1 0 19 0 9.5 9.5 0 1 0-19 0"

// iconAliases are the kinds of failure that an icon of another name draws.
var iconAliases = map[string]string{
	"failure-locked": "lock", "failure-unauthenticated": "key", "failure-gone": "clock", "failure-slow_down": "clock", "failure-rate_limited": "clock",
	"failure-not_ready": "clock", "failure-not_found": "search", "failure-duplicate": "product-statements", "failure-conflict": "product-transactions",
	"failure-storage_full": "failure-unavailable", "failure-internal": "failure-unavailable", "failure-invalid": "alert",
}

// IconPath is a drawing by name; one of a failure that has none of its own is an alert.
func IconPath(name string) string {
	if other, ok := iconAliases[name]; ok {
		name = other
	}
	if d, ok := iconPaths[name]; ok {
		return d
	}
	if strings.HasPrefix(name, "failure-") {
		return iconPaths["alert"]
	}
	return ""
}

// HasIcon reports whether something of that name is drawn, by itself or as another.
func HasIcon(name string) bool { return iconPaths[name] != "" || iconPaths[iconAliases[name]] != "" }
