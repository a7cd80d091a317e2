using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The shape of a BERT encoder (Devlin et al. 2018, arXiv 1810.04805, section 3).</summary>
internal sealed class BertConfig : ICheckedOptions
{
    [Range(1, 1 << 24)]
    public int Vocabulary { get; set; }

    [Range(1, 1 << 16)]
    public int Width { get; set; }

    [Range(1, 1 << 10)]
    public int Layers { get; set; }

    [Range(1, 1 << 10)]
    public int Heads { get; set; }

    /// <summary>The width between the two matrices of a layer.</summary>
    [Range(1, 1 << 18)]
    public int InnerWidth { get; set; }

    /// <summary>The most tokens of a text, including <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    [Range(2, 1 << 20)]
    public int Positions { get; set; }

    /// <summary>The number of segment types; a text has type 0.</summary>
    [Range(1, 1 << 10)]
    public int Segments { get; set; }

    public BertActivation Activation { get; set; }

    [Range(1e-15, 1.0)]
    public double NormEpsilon { get; set; }

    IEnumerable<string> ICheckedOptions.Errors() => Heads < 1 || Width % Heads == 0 ? []
        : [string.Create(CultureInfo.InvariantCulture, $"Heads is {Heads}, which does not divide Width {Width}.")];
}
