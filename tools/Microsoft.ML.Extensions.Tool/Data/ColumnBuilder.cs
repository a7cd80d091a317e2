namespace Microsoft.ML.Extensions.Tool;

/// <summary>Collects the values of a column.</summary>
internal sealed class ColumnBuilder(bool isText, bool decimalComma)
{
    private readonly List<float> _numbers = [];
    private readonly List<string> _texts = [];
    // Equal texts are one object: a category has few.
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Adds a cell; what is missing is NaN or the empty text.</summary>
    public void Add(string cell)
    {
        if (!isText)
        {
            _numbers.Add(ColumnProfile.Number(cell, decimalComma) ?? float.NaN);
            return;
        }
        var text = MissingMarkers.IsMissing(cell, isText: true) ? "" : cell;
        if (_known.TryGetValue(text, out var known))
        {
            text = known;
        }
        else if (_known.Count < ColumnProfile.MostCounted)
        {
            _known.Add(text, text);
        }
        _texts.Add(text);
    }

    /// <summary>All values, float[] or string[].</summary>
    public Array Values => isText ? _texts.ToArray() : _numbers.ToArray();
}
