//! Images, written anew from their pixels: the place and time where one was taken, its thumbnail, and whatever was hung
//! behind it stay out (OWASP ASVS 5.0 14.2.8). It refuses to decode more pixels than it can hold.
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::WRONG_CONTENT;
use crate::kernel::invalid::Invalid;

/// OWASP ASVS 5.0 5.2.6, with our value: more than any camera of a telephone or page of a scanner needs.
const MOST_PIXELS: u64 = 50_000_000;
/// What a decoder may take for itself.
const MOST_MEMORY: u64 = 256 << 20;
/// What a PNG may unpack beside its pixels: a profile of colours is packed, and a thousandth of what it says it is.
const MOST_BESIDE: u64 = 16 << 20;
/// High enough that a stamp stays readable.
const QUALITY: u8 = 90;

const TOO_MANY_PIXELS: Invalid = Invalid::new("too_many_pixels", "expected an image of at most 50 million pixels");
const SEVERAL_PAGES: Invalid = Invalid::new("several_pages", "expected a TIFF of one page; several make a PDF");
const NOT_KEPT: Invalid = Invalid::new("wrong_content", "the image cannot be written anew");

pub(super) fn jpeg(content: &[u8]) -> Result<Vec<u8>, Invalid> {
    let image = decode(ImageFormat::Jpeg, content)?;
    let image = match image.color() {
        ColorType::L8 | ColorType::Rgb8 => image,
        ColorType::L16 | ColorType::La8 | ColorType::La16 => DynamicImage::ImageLuma8(image.into_luma8()),
        _ => DynamicImage::ImageRgb8(image.into_rgb8()),
    };
    let mut written = Vec::new();
    JpegEncoder::new_with_quality(&mut written, QUALITY).encode_image(&image).map_err(|_| NOT_KEPT)?;
    Ok(written)
}

pub(super) fn png(content: &[u8]) -> Result<Vec<u8>, Invalid> {
    write_png(&decode(ImageFormat::Png, content)?)
}

/// A page of a scanner. Kept as PNG, which loses nothing, is smaller, and is shown everywhere.
pub(super) fn tiff_as_png(content: &[u8]) -> Result<Vec<u8>, Invalid> {
    match has_one_page(content) {
        None => Err(WRONG_CONTENT),
        Some(false) => Err(SEVERAL_PAGES),
        Some(true) => write_png(&decode(ImageFormat::Tiff, content)?),
    }
}

fn write_png(image: &DynamicImage) -> Result<Vec<u8>, Invalid> {
    let mut written = Cursor::new(Vec::new());
    let is_kept = matches!(
        image.color(),
        ColorType::L8
            | ColorType::La8
            | ColorType::L16
            | ColorType::La16
            | ColorType::Rgb8
            | ColorType::Rgba8
            | ColorType::Rgb16
            | ColorType::Rgba16
    );
    let done = if is_kept {
        image.write_to(&mut written, ImageFormat::Png)
    } else {
        image.to_rgb8().write_to(&mut written, ImageFormat::Png)
    };
    done.map(|()| written.into_inner()).map_err(|_| NOT_KEPT)
}

fn told(error: &image::ImageError) -> Invalid {
    match error {
        image::ImageError::Limits(_) => TOO_MANY_PIXELS,
        _ => WRONG_CONTENT,
    }
}

/// Reads what stands before the pixels.
fn open(format: ImageFormat, content: &[u8]) -> Result<impl ImageDecoder, Invalid> {
    if image::guess_format(content).ok() != Some(format) {
        return Err(WRONG_CONTENT);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(if format == ImageFormat::Png { MOST_BESIDE } else { MOST_MEMORY });
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| told(&error))
}

/// The pixels, the right way up: how the camera was held is told beside them, and would be lost.
fn decode(format: ImageFormat, content: &[u8]) -> Result<DynamicImage, Invalid> {
    let mut decoder = open(format, content)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(TOO_MANY_PIXELS);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| told(&error))?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Whether a TIFF 6.0 file has no second directory of an image; nothing if it has not even a first.
fn has_one_page(content: &[u8]) -> Option<bool> {
    let is_little = match content.first_chunk::<4>()? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let bytes = |at: usize, count: usize| content.get(at..at.checked_add(count)?);
    let short = |at| {
        let two = bytes(at, 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at| {
        let four = bytes(at, 4)?.try_into().ok()?;
        Some(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let first = usize::try_from(long(4)?).ok()?;
    let next = first.checked_add(2)?.checked_add(usize::from(short(first)?).checked_mul(12)?)?;
    Some(long(next)? == 0)
}

#[cfg(test)]
mod tests {
    use image::ImageEncoder;

    use super::*;

    /// A picture of which each half is another colour, as a file of this format.
    fn picture(format: ImageFormat) -> Vec<u8> {
        let image =
            image::RgbImage::from_fn(
                8,
                4,
                |x, _| if x < 4 { image::Rgb([200, 0, 0]) } else { image::Rgb([0, 0, 200]) },
            );
        let mut written = Cursor::new(Vec::new());
        image.write_to(&mut written, format).unwrap();
        written.into_inner()
    }

    /// A JPEG that says where it was taken, and that the camera was held upright: an EXIF segment behind the first marker.
    fn from_a_telephone() -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        // Orientation 6: turn by a quarter. GPSInfo: a directory that we fill with a place in plain text.
        exif.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        exif.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
        exif.extend_from_slice(b"\0\x01\0\x1d\0\x02\0\0\0\x0b\0\0\0\x38\0\0\0\0QANARWAXGPS\0");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let plain = picture(ImageFormat::Jpeg);
        [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
    }

    fn has(content: &[u8], word: &[u8]) -> bool {
        content.windows(word.len()).any(|part| part == word)
    }

    #[test]
    fn the_place_where_a_picture_was_taken_is_gone_and_its_top_is_up() {
        let sent = from_a_telephone();
        assert!(has(&sent, b"QANARWAXGPS") && has(&sent, b"Exif"));
        let kept = jpeg(&sent).unwrap();
        assert!(!has(&kept, b"QANARWAXGPS") && !has(&kept, b"Exif"));
        let image = image::load_from_memory(&kept).unwrap();
        assert_eq!((image.width(), image.height()), (4, 8));
    }

    #[test]
    fn what_hangs_behind_a_picture_is_gone() {
        type Rewrite = fn(&[u8]) -> Result<Vec<u8>, Invalid>;
        let all: [(ImageFormat, Rewrite); 3] =
            [(ImageFormat::Png, png), (ImageFormat::Jpeg, jpeg), (ImageFormat::Tiff, tiff_as_png)];
        for (format, rewrite) in all {
            let sent = [picture(format).as_slice(), b"PK\x03\x04QANARWAXARCHIVE"].concat();
            let kept = rewrite(&sent).unwrap();
            assert!(!has(&kept, b"QANARWAXARCHIVE"), "{format:?}");
            let image = image::load_from_memory(&kept).unwrap().into_rgb8();
            assert_eq!((image.width(), image.height()), (8, 4));
            assert!(image.get_pixel(1, 1).0[0] > 150 && image.get_pixel(6, 1).0[2] > 150);
        }
    }

    #[test]
    fn a_flood_of_pixels_is_refused_before_it_is_decoded() {
        let mut flood = picture(ImageFormat::Png);
        // Width and height stand in the first chunk, behind the signature; its checksum behind them.
        flood[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        flood[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let checksum = crc32(&flood[12..29]);
        flood[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(png(&flood).unwrap_err().code, "too_many_pixels");
    }

    #[test]
    fn a_profile_that_unpacks_to_more_than_it_may_is_not_held() {
        let with_profile = |bytes: usize| {
            let mut written = Vec::new();
            let mut encoder = image::codecs::png::PngEncoder::new(&mut written);
            encoder.set_icc_profile(vec![0; bytes]).unwrap();
            encoder.write_image(&[9; 12], 2, 2, image::ExtendedColorType::Rgb8).unwrap();
            written
        };
        let held = |file: &[u8]| open(ImageFormat::Png, file).unwrap().icc_profile().unwrap().map(|held| held.len());
        assert_eq!(held(&with_profile(1000)), Some(1000));
        let bomb = with_profile(64 << 20);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(held(&bomb), None);
        png(&bomb).unwrap();
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(!0, step)
    }

    #[test]
    fn other_formats_broken_files_and_several_pages_are_refused() {
        let code = |kept: Result<Vec<u8>, Invalid>| kept.unwrap_err().code;
        assert_eq!(code(png(&picture(ImageFormat::Jpeg))), "wrong_content");
        assert_eq!(code(jpeg(&picture(ImageFormat::Png))), "wrong_content");
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = picture(format);
            let half = &whole[..whole.len() / 2];
            assert_eq!(code(if format == ImageFormat::Png { png(half) } else { jpeg(half) }), "wrong_content");
        }
        let mut pages = picture(ImageFormat::Tiff);
        assert_eq!(has_one_page(&pages), Some(true));
        let first = usize::try_from(u32::from_le_bytes(pages[4..8].try_into().unwrap())).unwrap();
        let count = usize::from(u16::from_le_bytes(pages[first..first + 2].try_into().unwrap()));
        pages[first + 2 + 12 * count] = 8;
        assert_eq!(code(tiff_as_png(&pages)), "several_pages");
        assert_eq!(code(tiff_as_png(b"II\x2a\0\xff\xff\xff\xff")), "wrong_content");
    }
}
