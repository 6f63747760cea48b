//! Writes pickles: protocol 4 without frames, in the subset that estimators need.
//!
//! A [`Value`] describes the object; [`write`] turns it into bytes. Arrays are numpy's own
//! `ndarray` with its state, so that no more than `pickle` is needed to read them. Strings, classes and
//! dtypes are written once and then referred to, and so is what a [`Value::Shared`] holds.

mod value;

pub use value::{Array, Dtype, Value};

use std::{collections::HashMap, sync::Arc};

/// The pickle of `value`.
pub fn write(value: &Value) -> Vec<u8> {
    let mut writer = Writer { bytes: vec![PROTO, 4], memo: HashMap::new() };
    writer.value(value);
    writer.bytes.push(STOP);
    writer.bytes
}

// The opcodes of Python's `pickletools`.
const PROTO: u8 = 0x80;
const STOP: u8 = b'.';
const NONE: u8 = b'N';
const NEWTRUE: u8 = 0x88;
const NEWFALSE: u8 = 0x89;
const BININT: u8 = b'J';
const BININT1: u8 = b'K';
const BININT2: u8 = b'M';
const LONG1: u8 = 0x8a;
const BINFLOAT: u8 = b'G';
const SHORT_BINUNICODE: u8 = 0x8c;
const BINUNICODE: u8 = b'X';
const SHORT_BINBYTES: u8 = b'C';
const BINBYTES: u8 = b'B';
const BINBYTES8: u8 = 0x8e;
const MARK: u8 = b'(';
const EMPTY_TUPLE: u8 = b')';
const TUPLE1: u8 = 0x85;
const TUPLE2: u8 = 0x86;
const TUPLE3: u8 = 0x87;
const TUPLE: u8 = b't';
const EMPTY_LIST: u8 = b']';
const APPENDS: u8 = b'e';
const EMPTY_DICT: u8 = b'}';
const SETITEMS: u8 = b'u';
const STACK_GLOBAL: u8 = 0x93;
const REDUCE: u8 = b'R';
const NEWOBJ: u8 = 0x81;
const BUILD: u8 = b'b';
const MEMOIZE: u8 = 0x94;
const BINGET: u8 = b'h';
const LONG_BINGET: u8 = b'j';

/// What is written once.
#[derive(PartialEq, Eq, Hash)]
enum Shared {
    Text(String),
    Global(&'static str, &'static str),
    Dtype(Dtype),
    /// A [`Value::Shared`], by where it lies.
    Object(usize),
}

struct Writer {
    bytes: Vec<u8>,
    /// Memo numbers count in the order of writing.
    memo: HashMap<Shared, u32>,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::None => self.bytes.push(NONE),
            Value::Bool(flag) => self.bytes.push(if *flag { NEWTRUE } else { NEWFALSE }),
            Value::Int(number) => self.int(*number),
            Value::BigInt(number) => self.big_int(*number),
            Value::Float(number) => self.float(*number),
            Value::Text(text) => self.text(text),
            Value::Tuple(items) => self.tuple(items),
            Value::List(items) => self.list(items),
            Value::Dict(entries) => self.dict(entries),
            Value::Map(entries) => {
                self.bytes.extend([EMPTY_DICT, MARK]);
                for (key, value) in entries {
                    self.value(key);
                    self.value(value);
                }
                self.bytes.push(SETITEMS);
            }
            Value::Global { module, name } => self.global(module, name),
            Value::Object { module, class, state } => {
                self.global(module, class);
                self.bytes.extend([EMPTY_TUPLE, NEWOBJ]);
                self.dict(state);
                self.bytes.push(BUILD);
            }
            Value::Call { module, function, arguments, state } => {
                self.global(module, function);
                self.tuple(arguments);
                self.bytes.push(REDUCE);
                if let Some(state) = state {
                    self.dict(state);
                    self.bytes.push(BUILD);
                }
            }
            Value::WithState { value, state } => {
                self.value(value);
                self.value(state);
                self.bytes.push(BUILD);
            }
            Value::Array(array) => self.array(&array.shape, array.dtype, |writer| writer.bytes(&array.data)),
            Value::Objects(items) => self.array(&[items.len()], Dtype::Object, |writer| writer.list(items)),
            Value::Dtype(dtype) => self.dtype(*dtype),
            Value::Shared(value) => {
                let key = Shared::Object(Arc::as_ptr(value).addr());
                if !self.recall(&key) {
                    self.value(value);
                    self.remember(key);
                }
            }
        }
    }

    fn int(&mut self, number: i64) {
        if let Ok(byte) = u8::try_from(number) {
            self.bytes.extend([BININT1, byte]);
        } else if let Ok(word) = u16::try_from(number) {
            self.bytes.push(BININT2);
            self.bytes.extend(word.to_le_bytes());
        } else if let Ok(word) = i32::try_from(number) {
            self.bytes.push(BININT);
            self.bytes.extend(word.to_le_bytes());
        } else {
            self.bytes.extend([LONG1, 8]);
            self.bytes.extend(number.to_le_bytes());
        }
    }

    /// Little-endian two's complement, whose top bit is the sign: a 17th byte keeps it clear.
    fn big_int(&mut self, number: u128) {
        self.bytes.extend([LONG1, 17]);
        self.bytes.extend(number.to_le_bytes());
        self.bytes.push(0);
    }

    fn float(&mut self, number: f64) {
        self.bytes.push(BINFLOAT);
        self.bytes.extend(number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        let key = Shared::Text(text.into());
        if self.recall(&key) {
            return;
        }
        match u8::try_from(text.len()) {
            Ok(length) => self.bytes.extend([SHORT_BINUNICODE, length]),
            Err(_) => {
                self.bytes.push(BINUNICODE);
                self.bytes.extend((text.len() as u32).to_le_bytes());
            }
        }
        self.bytes.extend(text.as_bytes());
        self.remember(key);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if let Ok(length) = u8::try_from(bytes.len()) {
            self.bytes.extend([SHORT_BINBYTES, length]);
        } else if let Ok(length) = u32::try_from(bytes.len()) {
            self.bytes.push(BINBYTES);
            self.bytes.extend(length.to_le_bytes());
        } else {
            self.bytes.push(BINBYTES8);
            self.bytes.extend((bytes.len() as u64).to_le_bytes());
        }
        self.bytes.extend(bytes);
    }

    fn tuple(&mut self, items: &[Value]) {
        if items.len() > 3 {
            self.bytes.push(MARK);
        }
        items.iter().for_each(|item| self.value(item));
        self.bytes.push(match items.len() {
            0 => EMPTY_TUPLE,
            1 => TUPLE1,
            2 => TUPLE2,
            3 => TUPLE3,
            _ => TUPLE,
        });
    }

    fn list(&mut self, items: &[Value]) {
        self.bytes.extend([EMPTY_LIST, MARK]);
        items.iter().for_each(|item| self.value(item));
        self.bytes.push(APPENDS);
    }

    fn dict(&mut self, entries: &[(&'static str, Value)]) {
        self.bytes.extend([EMPTY_DICT, MARK]);
        for (key, value) in entries {
            self.text(key);
            self.value(value);
        }
        self.bytes.push(SETITEMS);
    }

    fn global(&mut self, module: &'static str, name: &'static str) {
        let key = Shared::Global(module, name);
        if self.recall(&key) {
            return;
        }
        self.text(module);
        self.text(name);
        self.bytes.push(STACK_GLOBAL);
        self.remember(key);
    }

    /// `numpy.ndarray((0,), "b")`, whose state then makes it the array: as numpy itself pickles arrays, but
    /// through names that numpy 1 and 2 share.
    fn array(&mut self, shape: &[usize], dtype: Dtype, content: impl FnOnce(&mut Self)) {
        self.global("numpy", "ndarray");
        self.tuple(&[Value::Tuple(vec![Value::Int(0)]), Value::from("b")]);
        self.bytes.extend([REDUCE, MARK]);
        self.int(1);
        self.tuple(&shape.iter().map(|length| Value::Int(*length as i64)).collect::<Vec<_>>());
        self.dtype(dtype);
        self.bytes.push(NEWFALSE);
        content(self);
        self.bytes.extend([TUPLE, BUILD]);
    }

    fn dtype(&mut self, dtype: Dtype) {
        let key = Shared::Dtype(dtype);
        if self.recall(&key) {
            return;
        }
        self.global("numpy", "dtype");
        self.tuple(&[Value::from(dtype.code()), Value::Bool(false), Value::Bool(true)]);
        self.bytes.extend([REDUCE, MARK]);
        self.int(3);
        match dtype.fields() {
            None => {
                self.text(dtype.byte_order());
                self.bytes.extend([NONE, NONE, NONE]);
                self.int(-1);
                self.int(-1);
                self.int(dtype.flags());
            }
            Some(fields) => {
                // A record with alignment: names, then each field's dtype and offset, size, alignment, flags.
                self.text(dtype.byte_order());
                self.bytes.push(NONE);
                self.tuple(&fields.iter().map(|(name, ..)| Value::from(*name)).collect::<Vec<_>>());
                self.bytes.extend([EMPTY_DICT, MARK]);
                for (name, field, offset) in fields {
                    self.text(name);
                    self.dtype(*field);
                    self.int(*offset);
                    self.bytes.push(TUPLE2);
                }
                self.bytes.push(SETITEMS);
                self.int(dtype.size() as i64);
                self.int(1);
                self.int(16);
            }
        }
        self.bytes.extend([TUPLE, BUILD]);
        self.remember(key);
    }

    /// Refers to what was written before, if it was.
    fn recall(&mut self, key: &Shared) -> bool {
        let Some(number) = self.memo.get(key).copied() else { return false };
        match u8::try_from(number) {
            Ok(number) => self.bytes.extend([BINGET, number]),
            Err(_) => {
                self.bytes.push(LONG_BINGET);
                self.bytes.extend(number.to_le_bytes());
            }
        }
        true
    }

    fn remember(&mut self, key: Shared) {
        let number = self.memo.len() as u32;
        self.memo.insert(key, number);
        self.bytes.push(MEMOIZE);
    }
}
