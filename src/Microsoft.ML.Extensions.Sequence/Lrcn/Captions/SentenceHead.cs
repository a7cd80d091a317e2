using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// <c>PredictedLabel</c> as a text, <c>Score</c> as the logarithm of its probability. A row's outputs are the logarithm and the words'
/// numbers.
/// </summary>
internal sealed class SentenceHead(HeadDescription description, Func<int, string>? sentences = null) : TaskHead(description)
{
    private const string Kind = "Sentence";

    /// <summary>The padding after the end of a sentence.</summary>
    public const long NoWord = -1;

    private readonly Vocabulary _vocabulary = Vocabulary.Of(description);

    /// <summary>
    /// The numbers of the words of labels, <c>[B, W]</c>: each sentence with the boundary after it unless it is truncated, then
    /// <see cref="NoWord"/>.
    /// </summary>
    public override Tensor Encode(Tensor labels)
    {
        int[][] encoded = [.. labels.cpu().AsSpan().ToArray().Select(label => _vocabulary.Encode(sentences!((int)label), Outputs - 1))];
        return Padded(encoded, labels.device);
    }

    /// <summary>The numbers of the words of sentences, <c>[B, W]</c>, with <see cref="NoWord"/> after each sentence.</summary>
    public static Tensor Padded(int[][] encoded, Device device)
    {
        var words = new long[encoded.Length, encoded.Max(sentence => sentence.Length)];
        for (var row = 0; row < encoded.Length; row++)
        {
            for (var word = 0; word < words.GetLength(1); word++)
            {
                words[row, word] = word < encoded[row].Length ? encoded[row][word] : NoWord;
            }
        }
        return tensor(words, device: device);
    }

    /// <summary>The loss of each word, <c>[N]</c>, from the logits of all words <c>[N, V]</c> and the true word.</summary>
    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing) =>
        nn.functional.cross_entropy(
            outputs, labels.to_type(ScalarType.Int64), reduction: nn.Reduction.None, label_smoothing: labelSmoothing);

    public override Tensor Activate(Tensor outputs) => outputs;

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names) =>
    [
        new(names.PredictedLabel, TextDataViewType.Instance, ScoreAnnotations.For(Kind, "PredictedLabel").ToAnnotations()),
        new(names.Score, NumberDataViewType.Single, ScoreAnnotations.For(Kind, "Score").ToAnnotations()),
    ];

    protected override Delegate[] Getters(RowScores scores) =>
    [
        (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _vocabulary.Decode(scores()[1..]).AsMemory()),
        (ValueGetter<float>)((ref float value) => value = scores()[0]),
    ];
}
