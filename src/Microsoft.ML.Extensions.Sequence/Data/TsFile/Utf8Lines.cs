using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a file line by line into one growing buffer, so that a line of a million values costs no string.</summary>
internal sealed class Utf8Lines : IDisposable
{
    private const int FirstBuffer = 1 << 16;

    private readonly FileStream _file;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;

    /// <exception cref="IOException">The file is not there or cannot be opened.</exception>
    public Utf8Lines(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        Fill();
        _start = _buffer.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
    }

    public string Path => _file.Name;

    /// <summary>The number of the current line, from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>The current line without surrounding blanks and line end; overwritten by <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Line
    {
        get
        {
            var line = _buffer.AsSpan(_lineStart, _lineLength);
            return line[Ascii.Trim(line)];
        }
    }

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

    /// <summary>What is wrong with the current line.</summary>
    public FormatException Error(string message) => new($"{Path}, line {Number}: {message}");

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
            Array.Resize(ref _buffer, checked(2 * _buffer.Length));
        }
        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
