//! Where built workers are kept.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// `WASMATRIX_CACHE`, else `wasmatrix` in the platform's cache folder. A CI job can keep it from one run to the next.
///
/// # Errors
/// Where there is neither.
pub fn cache_folder() -> Result<PathBuf, String> {
    if let Some(folder) = std::env::var_os("WASMATRIX_CACHE").filter(|folder| !folder.is_empty()) {
        return std::path::absolute(&folder).map_err(|error| format!("WASMATRIX_CACHE ({}): {error}", folder.display()));
    }
    match etcetera::choose_base_strategy() {
        Ok(strategy) => Ok(strategy.cache_dir().join("wasmatrix")),
        Err(error) => Err(format!("there is no cache folder for workers: {error}; name one with WASMATRIX_CACHE")),
    }
}
