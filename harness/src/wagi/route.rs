//! A route of a component, and the path of a request held against it: `crates/http/src/routes.rs` of Spin, which asks the crate `routefinder`.
//!
//! That crate is not asked here: what nobody maintains is needed for 0.5.4, which Spin has, and 0.6.0 matches `/fool` against `/foo/*`. One route and
//! one path are a few lines.

/// A route as Spin's manifest has it: `/exact`, `/files/...` with everything below, `/users/:id` with a segment by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As it is written.
    raw: String,
    /// With the application's base, which is `/`: it begins with a slash and does not end with one, so `/` is empty.
    based: String,
}

/// A path that a route matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What the `...` at the route's end stands for, from its slash on; empty where nothing is there, or where the route has none.
    pub trailing: String,
    /// The segments that have names, with what stands there.
    pub named: Vec<(String, String)>,
}

/// What a route ends with that takes everything below it.
const REST: &str = "/...";

impl Route {
    /// Reads a route.
    ///
    /// # Errors
    /// Why Spin would not take it.
    pub fn parse(raw: &str) -> Result<Self, String> {
        if !raw.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("the route {raw:?} has characters that no path has; write them percent-encoded"));
        }
        let absolute = if raw.starts_with('/') { raw.to_owned() } else { format!("/{raw}") };
        let based = absolute.strip_suffix('/').unwrap_or(&absolute).to_owned();
        let route = Self { raw: raw.to_owned(), based };
        for segment in route.segments().0 {
            let wrong = match segment {
                "..." | "*" => "it goes on behind what stands for everything below; end it there",
                ":" => "a segment that begins with `:` has a name",
                segment if segment.starts_with('*') => "everything below has no name; write `...`",
                // Spin's router takes a segment apart there, which nobody has needed here.
                segment if segment.starts_with(':') && segment.contains('.') => "a segment with a name has no dot",
                _ => continue,
            };
            return Err(format!("`{raw}` is not a route that can be asked here: {wrong}"));
        }
        Ok(route)
    }

    /// That of a component that answers everything.
    pub fn everything() -> Self {
        Self { raw: REST.to_owned(), based: REST.to_owned() }
    }

    /// Its segments, and whether it takes everything below them.
    fn segments(&self) -> (Vec<&str>, bool) {
        match self.based.strip_suffix(REST).or_else(|| self.based.strip_suffix("/*")) {
            Some(above) => (segments(above), true),
            None => (segments(&self.based), false),
        }
    }

    /// Holds a path against the route; `None`: it does not match, and Spin answers 404 without running anything.
    pub fn matches(&self, path: &str) -> Option<Match> {
        let (wanted, takes_rest) = self.segments();
        let found = segments(path);
        let rest = found.get(wanted.len()..).filter(|rest| takes_rest || rest.is_empty())?.join("/");
        let mut named = Vec::new();
        for (wanted, found) in wanted.into_iter().zip(found) {
            match wanted.strip_prefix(':') {
                Some(name) => named.push((name.to_owned(), found.to_owned())),
                None if wanted == found => {}
                None => return None,
            }
        }
        // Spin's router drops the slashes around what the wildcard stands for, and Spin puts them back.
        let trailing = match (takes_rest, rest.is_empty(), path.ends_with('/')) {
            (false, _, _) | (true, true, false) => String::new(),
            (true, true, true) => "/".to_owned(),
            (true, false, false) => format!("/{rest}"),
            (true, false, true) => format!("/{rest}/"),
        };
        Some(Match { trailing, named })
    }

    /// As it is written.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As it is written, without the `...` at its end.
    pub fn raw_prefix(&self) -> &str {
        self.raw.strip_suffix(REST).unwrap_or(&self.raw)
    }

    /// With the application's base, which is `/`.
    pub fn based(&self) -> &str {
        &self.based
    }

    /// The same without the `...` at its end: the name of the script.
    pub fn based_prefix(&self) -> &str {
        self.based.strip_suffix(REST).unwrap_or(&self.based)
    }
}

/// What stands between the slashes; those at both ends count for nothing.
fn segments(path: &str) -> Vec<&str> {
    let path = path.trim_matches('/');
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: &str, path: &str, trailing: Option<&str>) {
        let matched = Route::parse(route).expect("a route").matches(path);
        assert_eq!(matched.map(|matched| matched.trailing).as_deref(), trailing, "{route} {path}");
    }

    #[test]
    fn what_the_wildcard_stands_for_keeps_its_slashes() {
        check("/...", "/", Some("/"));
        check("/...", "/index.php", Some("/index.php"));
        check("/...", "/a/b/", Some("/a/b/"));
        check("/foo/...", "/foo", Some(""));
        check("/foo/...", "/foo/", Some("/"));
        check("/foo/...", "/foo/bar", Some("/bar"));
        check("/foo/...", "/foo/bar/", Some("/bar/"));
        check("/foo/...", "/fool", None);
        check("/foo/...", "/", None);
        check("/foo/*", "/foo/bar", Some("/bar"));
    }

    #[test]
    fn an_exact_route_has_nothing_below() {
        check("/foo", "/foo", Some(""));
        check("foo", "/foo", Some(""));
        check("/foo/", "/foo", Some(""));
        check("/foo", "/foo/bar", None);
        check("/", "/", Some(""));
        check("/", "/foo", None);
        check("/a.b", "/a.b", Some(""));
        check("/a.b", "/a.c", None);
    }

    #[test]
    fn segments_have_names() {
        let route = Route::parse("/users/:id/posts/:post/...").expect("a route");
        let matched = route.matches("/users/42/posts/a%20b/x").expect("a match");
        assert_eq!(matched.named, [("id".to_owned(), "42".to_owned()), ("post".to_owned(), "a%20b".to_owned())]);
        assert_eq!(matched.trailing, "/x");
        assert_eq!(route.matches("/users/42"), None);
    }

    #[test]
    fn a_route_has_several_names() {
        for (route, raw_prefix, based, based_prefix) in [
            ("/...", "", "/...", ""),
            ("/", "/", "", ""),
            ("/foo", "/foo", "/foo", "/foo"),
            ("/foo/", "/foo/", "/foo", "/foo"),
            ("foo/...", "foo", "/foo/...", "/foo"),
            ("/u/:id/...", "/u/:id", "/u/:id/...", "/u/:id"),
        ] {
            let parsed = Route::parse(route).expect("a route");
            assert_eq!((parsed.raw(), parsed.raw_prefix()), (route, raw_prefix), "{route}");
            assert_eq!((parsed.based(), parsed.based_prefix()), (based, based_prefix), "{route}");
        }
    }

    #[test]
    fn what_cannot_be_matched_is_no_route() {
        for (route, said) in [
            ("/a/.../b", "goes on behind"),
            ("/*/b", "goes on behind"),
            ("/:", "has a name"),
            ("/*all", "has no name"),
            ("/:name.json", "has no dot"),
            ("/a b", "percent-encoded"),
            ("/ü", "percent-encoded"),
            ("/a\0", "percent-encoded"),
        ] {
            let error = Route::parse(route).expect_err(route);
            assert!(error.contains(said), "{route}: {error}");
        }
    }
}
