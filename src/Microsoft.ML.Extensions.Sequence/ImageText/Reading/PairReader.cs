using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads true pairs as examples. Their labels are the numbers of image and sentence, which are equal where those are.</summary>
/// <param name="rows">The rows.</param>
/// <param name="coder">Converts sentences to numbers; not used for vectors.</param>
internal sealed class PairReader(ImageTextRows rows, TextCoder? coder) : IExampleReader
{
    private readonly Dictionary<UInt128, int> _images = [];
    private readonly Dictionary<UInt128, int> _sentences = [];
    private float[] _pair = [];

    public float[] Label { get; private set; } = [];

    public float Weight => rows.Weight;

    public RowPlace Place { get; private set; }

    public long Missing => rows.Missing;

    public bool MoveNext()
    {
        if (!rows.MoveNext())
        {
            return false;
        }
        var image = Number(_images, rows.ImageKey);
        Label = rows.Label.Length > 0 ? rows.Label : [image, Number(_sentences, rows.SentenceKey)];
        Place = new RowPlace(rows.Group ?? image + 1, rows.Position);
        return true;
    }

    public ReadOnlySpan<float> Input()
    {
        _pair = coder is null ? [.. rows.Image, .. rows.Vector]
            : [.. rows.Image, .. coder.Encode(rows.Sentence).Select(id => (float)id)];
        return _pair;
    }

    public void Dispose() => rows.Dispose();

    private static int Number(Dictionary<UInt128, int> numbers, UInt128 key)
    {
        if (!numbers.TryGetValue(key, out var number))
        {
            number = numbers.Count < SizeLimits.MaxKeys ? numbers.Count
                : throw new InvalidOperationException(
                    $"There are more than {SizeLimits.MaxKeys} different images or sentences; train on fewer.");
            numbers.Add(key, number);
        }
        return number;
    }
}
