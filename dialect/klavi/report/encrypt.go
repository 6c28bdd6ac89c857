package report

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
)

// sensitive are the fields whose text names a person or company, or what is theirs: tax
// ids, names, contacts, and numbers of accounts, cards and contracts. What a bank writes
// of a movement ("Pix enviado Ana Lima") is one of them.
var sensitive = []string{
	"personalTaxId", "businessTaxId", "enquiryCpf", "enquiryCnpj", "cpfNumber", "cnpjNumber", "cnpjCpfNumber", "partieCnpjCpf", "debtorCnpjNumber",
	"documentNumber", "documentAdditionalInfo",
	"civilName", "socialName", "companyName", "tradeName", "debtorName", "account_holder", "card_holder", "transactionName", "trans_description",
	"address", "additionalInfo", "postCode", "email", "birthDate",
	"number", "checkDigit", "partieNumber", "partieCheckDigit", "identificationNumber", "contractNumber", "ipocCode", "account_number", "card_last_4_digit",
}

// sealed encrypts the sensitive fields of a report where the application wants that.
func (b *builder) sealed(o object) object {
	if b.Secret.Reveal() == "" {
		return o
	}
	key := sha256.Sum256([]byte(b.Secret.Reveal()))
	sealed, _ := encrypted(key, o, "").(object)
	return sealed
}

// encrypted is a value with what is sensitive of it encrypted. externalInfo is the
// partner's own, and stays.
func encrypted(key [sha256.Size]byte, v any, name string) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for n, f := range v {
			out[n] = field{f.key, encrypted(key, f.value, f.key)}
		}
		return out
	case []object:
		out := make([]object, len(v))
		for n := range v {
			out[n], _ = encrypted(key, v[n], name).(object)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			out[k] = encrypted(key, inner, k)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n := range v {
			out[n] = encrypted(key, v[n], name)
		}
		return out
	case json.RawMessage:
		return v
	case string:
		if v != "" && slices.Contains(sensitive, name) {
			return encryptedText(key, v)
		}
	}
	return v
}

// encryptedText writes a text as AES-256-CBC under the key: base64 of the initialisation
// vector, which is new each time, and the ciphertext, padded as PKCS#7 has it.
func encryptedText(key [sha256.Size]byte, text string) string {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // only a key of another size
	}
	pad := aes.BlockSize - len(text)%aes.BlockSize
	out := make([]byte, aes.BlockSize+len(text)+pad)
	rand.Read(out[:aes.BlockSize])
	copy(out[aes.BlockSize:], text)
	for n := range pad {
		out[aes.BlockSize+len(text)+n] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], out[aes.BlockSize:])
	return base64.StdEncoding.EncodeToString(out)
}
