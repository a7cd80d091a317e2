namespace Microsoft.ML.Extensions.Managed;

/// <summary>A task's functions of a row's outputs, without tensors; equal to those on tensors.</summary>
internal interface IRowHead
{
    /// <summary>Activates the outputs, from which the columns are computed.</summary>
    void Activate(Span<float> outputs);

    /// <summary>M, the numbers in which several outputs of a row are averaged.</summary>
    int Means { get; }

    /// <summary>Adds those of outputs <c>[K]</c> to a sum <c>[M]</c>.</summary>
    void AddMeans(ReadOnlySpan<float> outputs, Span<double> sum);

    /// <summary>The outputs <c>[K]</c> that correspond to a mean <c>[M]</c>.</summary>
    void FromMeans(ReadOnlySpan<double> mean, Span<float> outputs);
}
