package fairlead

// Document is a statement or tax form. Its bytes lie sealed in the bucket.
type Document struct {
	ID          DocumentID        `json:"id,omitempty"`
	Connection  ConnectionID      `json:"connection,omitempty"`
	Ref         string            `json:"ref" seal:"public"` // the institution's own id
	AccountRefs []string          `json:"account_refs,omitempty" seal:"public"`
	Accounts    []RecordID        `json:"accounts,omitempty"`
	Kind        string            `json:"kind" seal:"public"`           // statement, tax_form, contract, other
	Form        string            `json:"form,omitempty" seal:"public"` // 1099-INT, 1099-DIV, informe-de-rendimentos …
	TaxYear     int               `json:"tax_year,omitempty"`
	Period      Interval          `json:"period,omitzero"`
	Issued      Date              `json:"issued"`
	Revision    int               `json:"revision,omitempty"` // 0 the first, 1 its correction …
	ReplacesRef string            `json:"replaces_ref,omitempty" seal:"public"`
	Replaces    DocumentID        `json:"replaces,omitempty"`
	FileName    string            `json:"file_name" seal:"text"`
	MediaType   string            `json:"media_type" seal:"public"`
	Size        int64             `json:"size"`                            // bytes; 0 until fetched
	SHA256      string            `json:"sha256,omitempty" seal:"public"`  // hex, of the plain bytes
	Blob        string            `json:"blob,omitempty" seal:"public"`    // name in the bucket
	Fields      map[string]Parsed `json:"fields,omitempty" seal:"private"` // what was read from it
	Failed      *Problem          `json:"failed,omitempty"`                // why its bytes could not be fetched
}

// Parsed is a value read from a document with how sure we are (0 to 100; 100
// when the source itself said it).
type Parsed struct {
	Value     string `json:"value"`
	Certainty int    `json:"certainty"`
}
