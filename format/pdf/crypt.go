package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"slices"
)

// crypt opens what is encrypted for everybody: papers that may be read without a
// password, though not changed (ISO 32000-1, 7.6; ISO 32000-2 for revision 6).
type crypt struct {
	key []byte // nil: a password is needed, or the way is not known
	aes bool   // and not RC4
	v5  bool   // the key is of all objects alike
}

// padding is what passwords are filled up with.
var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// setCrypt derives the key from the empty password, where the file is encrypted.
func (f *file) setCrypt() {
	if f.trailer["Encrypt"] == nil {
		return
	}
	f.crypt = &crypt{}
	e := f.dict(f.trailer["Encrypt"])
	if e == nil || f.get(e["Filter"]) != name("Standard") {
		return
	}
	version, revision := f.int(e["V"]), f.int(e["R"])
	switch version {
	case 1, 2:
	case 4, 5:
		filters := f.dict(e["CF"])
		of, _ := f.get(e["StmF"]).(name)
		switch f.get(f.dict(filters[of])["CFM"]) {
		case name("V2"):
		case name("AESV2"):
			f.crypt.aes = true
		case name("AESV3"):
			f.crypt.aes, f.crypt.v5 = true, true
		default:
			return
		}
	default:
		return
	}
	if version == 5 {
		f.crypt.key = f.keyOfV5(e, revision)
		return
	}
	f.crypt.key = f.keyOfV4(e, revision)
}

func (f *file) bytes(v any) []byte { s, _ := f.get(v).(text); return []byte(s) }

func (f *file) keyOfV4(e dict, revision int) []byte {
	size := 5
	if n := f.int(e["Length"]); revision > 2 && n >= 40 && n <= 128 {
		size = n / 8
	}
	if f.crypt.aes || f.int(e["V"]) == 4 {
		size = 16
	}
	var id []byte
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		id = f.bytes(ids[0])
	}
	owner, user := f.bytes(e["O"]), f.bytes(e["U"])
	if len(owner) < 32 || len(user) < 32 {
		return nil
	}
	h := md5.New()
	h.Write(padding)
	h.Write(owner[:32])
	permissions := make([]byte, 4)
	binary.LittleEndian.PutUint32(permissions, uint32(int64(f.float(e["P"]))))
	h.Write(permissions)
	h.Write(id)
	if visible, ok := f.get(e["EncryptMetadata"]).(bool); ok && !visible && revision >= 4 {
		h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:size])
			key = sum[:]
		}
	}
	key = key[:size]
	if !opensV4(key, id, user, revision) {
		return nil
	}
	return key
}

// opensV4 reports whether a key is that of the user's password.
func opensV4(key, id, user []byte, revision int) bool {
	if revision == 2 {
		out := make([]byte, 32)
		mustRC4(key, padding, out)
		return bytes.Equal(out, user[:32])
	}
	sum := md5.Sum(append(slices.Clone(padding), id...))
	out := sum[:]
	for i := range 20 {
		mixed := make([]byte, len(key))
		for j := range key {
			mixed[j] = key[j] ^ byte(i)
		}
		mustRC4(mixed, out, out)
	}
	return bytes.Equal(out, user[:16])
}

func mustRC4(key, in, out []byte) {
	c, err := rc4.NewCipher(key)
	if err != nil { // of keys of no length: there are none here
		return
	}
	c.XORKeyStream(out, in)
}

func (f *file) keyOfV5(e dict, revision int) []byte {
	user, wrapped := f.bytes(e["U"]), f.bytes(e["UE"])
	if len(user) < 48 || len(wrapped) < 32 {
		return nil
	}
	hash := func(salt []byte) []byte {
		if revision < 6 {
			sum := sha256.Sum256(salt)
			return sum[:]
		}
		return hashR6(salt)
	}
	if !bytes.Equal(hash(user[32:40]), user[:32]) {
		return nil
	}
	block, err := aes.NewCipher(hash(user[40:48]))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(key, wrapped[:32])
	return key
}

// hashR6 is algorithm 2.B for the empty password.
func hashR6(salt []byte) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	for i := 0; ; i++ {
		k1 := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(k1, k1)
		rest := 0
		for _, c := range k1[:16] {
			rest += int(c)
		}
		switch rest % 3 {
		case 0:
			s := sha256.Sum256(k1)
			k = s[:]
		case 1:
			s := sha512.Sum384(k1)
			k = s[:]
		default:
			s := sha512.Sum512(k1)
			k = s[:]
		}
		if i >= 63 && int(k1[len(k1)-1]) <= i-31 {
			return k[:32]
		}
	}
}

// decrypt opens the bytes of an object, whose number goes into the key.
func (c *crypt) decrypt(b []byte, object int) []byte {
	key := c.key
	if !c.v5 {
		salted := append(slices.Clone(c.key), byte(object), byte(object>>8), byte(object>>16), 0, 0)
		if c.aes {
			salted = append(salted, "sAlT"...)
		}
		sum := md5.Sum(salted)
		key = sum[:min(len(c.key)+5, 16)]
	}
	if !c.aes {
		out := make([]byte, len(b))
		mustRC4(key, b, out)
		return out
	}
	if len(b) < 2*aes.BlockSize {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	body := b[aes.BlockSize:]
	out := make([]byte, len(body)/aes.BlockSize*aes.BlockSize)
	cipher.NewCBCDecrypter(block, b[:aes.BlockSize]).CryptBlocks(out, body[:len(out)])
	if pad := int(out[len(out)-1]); pad > 0 && pad <= aes.BlockSize {
		out = out[:len(out)-pad]
	}
	return out
}

// decryptTexts opens the texts in a value.
func (c *crypt) decryptTexts(v any, object, depth int) any {
	if depth > maxDepth {
		return v
	}
	switch v := v.(type) {
	case text:
		return text(c.decrypt([]byte(v), object))
	case array:
		for i := range v {
			v[i] = c.decryptTexts(v[i], object, depth+1)
		}
	case dict:
		for k := range v {
			v[k] = c.decryptTexts(v[k], object, depth+1)
		}
	}
	return v
}
