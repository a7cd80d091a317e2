using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network that describes images and clips in words (LRCN, image and video description).</summary>
/// <remarks>
/// <para>Create it with <c>ml.Transforms.Sequences.LrcnCaption</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Description of images</description></item>
/// <item><term>Input</term><description>An image <c>[C, H, W]</c> or frames <c>[T, C, H, W]</c> of Single (T = 0 where rows differ in
/// length). <c>ml.Transforms.Sequences.LoadFrames</c> reads them from image files.</description></item>
/// <item><term>Label</term><description>Text: a sentence, with words separated by white space, in their spelling.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, the description (text); <c>Score</c>, the natural logarithm of its
/// probability.</description></item>
/// <item><term>Is normalization required?</term><description>No: colours are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// <para>A convolutional network gives features of each frame, and an LSTM over the frames their mean. Two LSTMs generate the sentence, the
/// factored form of the paper (LRCN-2f): the input of the first is the words so far, that of the second its output and the visual features
/// at every word. Training uses the true previous words (teacher forcing); scoring uses beam search.</para>
/// <para>Reference: Donahue, Hendricks, Rohrbach, Venugopalan, Guadarrama, Saenko, Darrell, "Long-term recurrent convolutional networks for
/// visual recognition and description", 2015, arXiv 1411.4389, sections 5 and 6.</para>
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.LrcnCaption(LrcnCaptionOptions)" path="/example"/>
/// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
public sealed class LrcnCaptionTrainer : NetworkTrainer<LrcnCaptionOptions>
{
    internal LrcnCaptionTrainer(IHostEnvironment env, LrcnCaptionOptions options)
        : base(env, new SentenceTask(options?.MinWordCount ?? 0, options?.MaxWords ?? 0), Network, options!)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<LrcnCaptionOptions>(
        "LrcnCaption", SequenceKind.File,
        (options, input, outputs, head, generator) =>
            new CaptionNetwork(options, input, outputs, Vocabulary.Of(head.Description), generator))
    {
        OnlyTask = SentenceTask.Loaded,
        TakesTokens = false,
    };
}
