namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The function between the two matrices of a layer.</summary>
internal enum BertActivation
{
    Gelu,
    GeluTanh,
    Relu,
    Silu,
}
