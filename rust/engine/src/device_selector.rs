//! Which device the user asked for.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A device as named in a configuration: `auto`, `cpu`, `vulkan`, `vulkan:<part of a name>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceSelector {
    /// A graphics card where one pays for the plan at hand, else the CPU.
    #[default]
    Auto,
    /// The CPU, always.
    Cpu,
    /// The best Vulkan adapter, or the best of those whose name contains the text (any case).
    Vulkan(Option<String>),
    /// wgpu's null backend, which checks every call and computes nothing: for tests.
    Noop,
}

impl FromStr for DeviceSelector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let (head, part) = match text.split_once(':') {
            Some((head, part)) => (head.trim_end(), Some(part.trim())),
            None => (text, None),
        };
        match (head.to_ascii_lowercase().as_str(), part) {
            ("auto", None) => Ok(Self::Auto),
            ("cpu", None) => Ok(Self::Cpu),
            ("vulkan", None) => Ok(Self::Vulkan(None)),
            ("vulkan", Some(part)) if !part.is_empty() => Ok(Self::Vulkan(Some(part.to_owned()))),
            ("noop", None) => Ok(Self::Noop),
            _ => Err(Error::UnknownDevice(text.to_owned())),
        }
    }
}

impl fmt::Display for DeviceSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Vulkan(None) => f.write_str("vulkan"),
            Self::Vulkan(Some(part)) => write!(f, "vulkan:{part}"),
            Self::Noop => f.write_str("noop"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_choice_are_inverse() {
        for text in ["auto", "cpu", "vulkan", "vulkan:RX 6800", "noop"] {
            assert_eq!(text.parse::<DeviceSelector>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn case_and_spaces_do_not_matter() {
        assert_eq!(
            " Vulkan : navi 21 ".parse::<DeviceSelector>().unwrap().to_string(),
            "vulkan:navi 21"
        );
        assert_eq!("CPU".parse::<DeviceSelector>().unwrap(), DeviceSelector::Cpu);
    }

    #[test]
    fn nonsense_is_named() {
        for text in ["", "gpu", "vulkan:", "vulkan: ", "cpu:0", "auto:x", "cuda"] {
            let error = text.parse::<DeviceSelector>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{}`", text.trim())), "{error}");
        }
    }
}
