using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a file line by line into one growing buffer, so that a line of a million values costs no string.</summary>
internal sealed class Utf8Lines : IDisposable
{
    private const int FirstBuffer = 1 << 16;
    private const int LongestLine = 1 << 30;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    // With their byte-order marks; UTF-32 comes first, since its mark begins like that of UTF-16.
    private static readonly Encoding[] Others =
    [
        new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
    ];

    private readonly Stream _file;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;

    /// <exception cref="IOException">The file does not exist, is a folder, or cannot be opened.</exception>
    public Utf8Lines(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(Path))
        {
            throw new IOException($"'{Path}' is a folder, expected a file.");
        }
        var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        _file = file;
        Fill();
        var start = _buffer.AsSpan(0, _end);
        _start = start.StartsWith(Strict.Preamble) ? Strict.Preamble.Length : 0;
        foreach (var encoding in Others)
        {
            if (start.StartsWith(encoding.Preamble))
            {
                file.Position = encoding.Preamble.Length;
                _file = Encoding.CreateTranscodingStream(file, encoding, Strict);
                _end = 0;
                break;
            }
        }
    }

    public string Path { get; }

    /// <summary>The number of the current line, from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>The current line without surrounding blanks and line end; overwritten by <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Line => TsText.Trim(_buffer.AsSpan(_lineStart, _lineLength));

    public bool MoveNext()
    {
        var searched = 0;
        int newline;
        while ((newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n')) < 0)
        {
            searched = _end - _start;
            if (!Fill())
            {
                return TakeLast();
            }
        }
        Take(searched + newline, 1);
        return true;
    }

    /// <summary>Goes to the next line that is neither blank nor a comment: archive files begin comments with '#', a few with '%'.</summary>
    public bool MoveNextContent()
    {
        while (MoveNext())
        {
            if (Line is [not ((byte)'#' or (byte)'%'), ..])
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A part of the current line as text.</summary>
    /// <exception cref="FormatException">It is not UTF-8.</exception>
    public string Text(ReadOnlySpan<byte> part)
    {
        try
        {
            return Strict.GetString(part);
        }
        catch (DecoderFallbackException)
        {
            throw Error($"'{TsText.Excerpt(part)}' is not UTF-8 text; save the file as UTF-8.");
        }
    }

    /// <summary>The exception for the current line.</summary>
    public FormatException Error(string message) => Error(Number, message);

    public void Dispose() => _file.Dispose();

    private bool TakeLast()
    {
        if (_start == _end)
        {
            return false;
        }
        Take(_end - _start, 0);
        return true;
    }

    private void Take(int length, int terminator)
    {
        (_lineStart, _lineLength) = (_start, length);
        _start += length + terminator;
        Number++;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _end < LongestLine ? 2 * _end : throw Error(Number + 1, $"it is longer than {LongestLine} bytes."));
        }
        var read = Read();
        _end += read;
        return read > 0;
    }

    private int Read()
    {
        try
        {
            return _file.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (DecoderFallbackException)
        {
            throw Error(Number + 1, "it is not text of the encoding that the file's byte-order mark names; save the file as UTF-8.");
        }
    }

    private FormatException Error(long line, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Path}, line {line}: {message}"));
}
