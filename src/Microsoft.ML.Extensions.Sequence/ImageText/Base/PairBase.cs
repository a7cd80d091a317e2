using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Images and sentences to vectors of one space by linear maps that are solved in closed form (<see cref="PairBaseSolver"/>), <c>[B, E]</c>
/// each.
/// </summary>
/// <remarks>
/// The features of an image are <see cref="PatchFeatures"/>, or the given ones. Those of a sentence are its terms, each as much as it is rare, of
/// length 1 together, or the given vector.
/// </remarks>
internal sealed class PairBase : nn.Module
{
    private static readonly Scalar s_first = TermVocabulary.FirstTerm;

    private readonly PatchFeatures? patches;
    private readonly Tensor imageMap;
    private readonly Tensor imageOffset;
    private readonly Tensor textMap;
    private readonly Tensor textOffset;
    private readonly Tensor? rarity;

    /// <param name="details">What the model reads.</param>
    public PairBase(ImageTextDetails details)
        : base(nameof(PairBase))
    {
        var size = details.BaseSize;
        patches = details.Image.Frame is { } frame ? new PatchFeatures(frame) : null;
        (imageMap, imageOffset) = Map(Features(details), size);
        (textMap, textOffset) = Map(TextValues(details), size);
        register_buffer(nameof(imageMap), imageMap);
        register_buffer(nameof(imageOffset), imageOffset);
        register_buffer(nameof(textMap), textMap);
        register_buffer(nameof(textOffset), textOffset);
        if (details.Text.Terms is { } terms)
        {
            rarity = Rarities(new TermVocabulary(terms)).ToAligned(details.Terms);
            register_buffer(nameof(rarity), rarity);
        }
        RegisterComponents();
    }

    /// <summary>The features of images; null where they are given.</summary>
    public PatchFeatures? Patches => patches;

    /// <summary>The number of features of an image.</summary>
    public static int Features(ImageTextDetails details) => details.Image.Frame is null ? details.Image.Values : PatchFeatures.Count;

    /// <summary>The number of features of a sentence.</summary>
    public static int TextValues(ImageTextDetails details) => details.Text.Values > 0 ? details.Text.Values : details.Terms;

    /// <summary>How much each term counts, more for rare ones; 0 for padding and unknown terms.</summary>
    public static float[] Rarities(TermVocabulary terms) => [.. Enumerable.Range(0, terms.Count)
        .Select(id => id < TermVocabulary.FirstTerm ? 0 : (float)terms.InverseDocumentFrequency(id))];

    /// <summary>Sets the maps.</summary>
    public void Set(PairMaps maps)
    {
        var size = imageOffset.shape[0];
        imageMap.copy_(maps.Image.ToAligned(imageMap.shape));
        imageOffset.copy_(maps.ImageOffset.ToAligned(size));
        textMap.copy_(maps.Text.ToAligned(textMap.shape));
        textOffset.copy_(maps.TextOffset.ToAligned(size));
    }

    /// <summary>The vectors of images, from their values, <c>[B, P]</c>.</summary>
    public Tensor Images(Tensor values) => (patches is null ? values : patches.call(values)).Times(imageMap).Plus(imageOffset);

    /// <summary>The vectors of sentences, from their numbers, <c>[B, n]</c>, 0 after each one's end.</summary>
    public Tensor Sentences(Tensor values)
    {
        if (rarity is null)
        {
            return values.Times(textMap).Plus(textOffset);
        }
        var ids = values.to_type(ScalarType.Int64);
        var weights = rarity.index_select(0, ids.view(-1)).view(ids.shape) * ids.ge(s_first).to_type(rarity.dtype);
        var vectors = textMap.index_select(0, ids.view(-1)).view(ids.shape[0], ids.shape[1], -1);
        return (PairBatch.Unit(weights).unsqueeze(-1) * vectors).sum(1).Plus(textOffset);
    }

    private static (Tensor Map, Tensor Offset) Map(long from, long to)
    {
        NetworkMemory.Ask(from + 1, to);
        return (zeros(from, to), zeros(to));
    }
}
