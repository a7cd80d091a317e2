using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A sentence from a text label. A label's number is the index of the sentence among those read so far.</summary>
/// <param name="minCount">The smallest number of occurrences of a word in the vocabulary.</param>
/// <param name="maxWords">The most words of a sentence.</param>
internal sealed class SentenceTask(int minCount, int maxWords) : TaskKind("Sentence", isClassification: true, "a text")
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _sentences = [];

    /// <summary>The task of loaded models, which read no labels.</summary>
    public static SentenceTask Loaded { get; } = new(0, 0);

    protected override bool Accepts(SchemaShape.Column column) => !column.IsKey && column.ItemType == TextDataViewType.Instance;

    // The numbers depend on the sentences read before, the texts do not.
    public override ReadOnlySpan<byte> Content(ReadOnlySpan<float> label) => MemoryMarshal.AsBytes(Sentence((int)label[0]).AsSpan());

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(label);
        ReadOnlyMemory<char> sentence = default;
        return ScalarReaders.Label(() =>
        {
            getter(ref sentence);
            return sentence.Span.IsWhiteSpace() ? float.NaN : Number(sentence.ToString());
        });
    }

    // Only training rows are counted, although validation rows have numbers too.
    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        lock (_sentences)
        {
            var vocabulary = Vocabulary.Of(statistics.ClassCounts.Select((count, number) => (_sentences[number], count)), minCount);
            if (vocabulary.Words.Length == 0)
            {
                throw new InvalidOperationException(
                    $"Label column '{label.Name}' has no word that occurs {minCount} times in its {statistics.Rows} sentences; lower the least count.");
            }
            var description = new HeadDescription(
                Name, maxWords + 1, new KeyNames(TextDataViewType.Instance.ToString()!, vocabulary.Words));
            return new SentenceHead(description, Sentence);
        }
    }

    protected override string? Fault(HeadDescription description) =>
        description.Outputs < 2 ? $"it has {description.Outputs} outputs; allowed are 2 or more"
        : description.Classes is not { Values.Length: > 0 } words ? "it has no words"
        : words.Values.Distinct().Count() < words.Values.Length ? "it has a word twice"
        : words.Fault();

    protected override TaskHead HeadOf(HeadDescription description) => new SentenceHead(description);

    protected override TaskHead Example(SchemaShape.Column label) =>
        new SentenceHead(new HeadDescription(Name, 1, new KeyNames(TextDataViewType.Instance.ToString()!, [])));

    private int Number(string sentence)
    {
        lock (_sentences)
        {
            if (!_numbers.TryGetValue(sentence, out var number))
            {
                number = _sentences.Count < SizeLimits.MaxKeys ? _sentences.Count
                    : throw new InvalidOperationException(
                        $"The labels hold more than {SizeLimits.MaxKeys} different sentences; train on fewer.");
                _numbers.Add(sentence, number);
                _sentences.Add(sentence);
            }
            return number;
        }
    }

    private string Sentence(int number)
    {
        lock (_sentences)
        {
            return _sentences[number];
        }
    }
}
