//! Whether instantiating a module changes what others see.

use wasmparser::{DataKind, ElementKind, Parser, Payload, TypeRef};

/// Whether a module imports a memory or a table, and writes as it is instantiated: by active segments, or by whatever its start function does. Of a
/// module that cannot be read, nobody knows.
pub(super) fn writes_into_imports(wasm: &[u8]) -> bool {
    let (mut imports, mut writes) = (false, false);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload {
            Ok(Payload::ImportSection(section)) => {
                let is_store = |ty| matches!(ty, TypeRef::Memory(_) | TypeRef::Table(_));
                imports |= section.into_imports().flatten().any(|import| is_store(import.ty));
            }
            Ok(Payload::StartSection { .. }) => writes = true,
            Ok(Payload::DataSection(section)) => {
                writes |= section.into_iter().flatten().any(|data| matches!(data.kind, DataKind::Active { .. }));
            }
            Ok(Payload::ElementSection(section)) => {
                writes |= section.into_iter().flatten().any(|element| matches!(element.kind, ElementKind::Active { .. }));
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    imports && writes
}
