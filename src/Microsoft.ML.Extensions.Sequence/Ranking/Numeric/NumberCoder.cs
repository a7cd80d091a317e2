using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A query of numbers as a row: the number of its documents, then the numbers of each.</summary>
internal sealed class NumberCoder : IQueryCoder
{
    private readonly List<float> _values = [];

    public ReadOnlySpan<float> Values => CollectionsMarshal.AsSpan(_values);

    public void Begin(ReadOnlySpan<char> query)
    {
        _values.Clear();
        _values.Add(0);
    }

    public void Add(ReadOnlySpan<char> document, ReadOnlySpan<float> numbers)
    {
        _values[0]++;
        _values.AddRange(numbers);
    }

    /// <summary>Reads the documents of a row.</summary>
    /// <param name="values">The row, which may have padding after the last document.</param>
    /// <param name="width">The numbers of a document.</param>
    /// <exception cref="FormatException">The numbers are not a packed query.</exception>
    public static (int Count, float[] Numbers) Read(ReadOnlySpan<float> values, int width)
    {
        var count = values.IsEmpty ? 0 : values[0];
        return count is >= 1 && count == Math.Floor(count) && count * width < values.Length
            ? ((int)count, values.Slice(1, (int)count * width).ToArray())
            : throw new FormatException($"A row of {values.Length} numbers is no query whose documents have {width} each.");
    }
}
