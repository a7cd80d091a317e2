namespace Microsoft.ML.Extensions.Onnx;

/// <summary>The types of numbers, with the values that ONNX files have for them.</summary>
internal enum OnnxType
{
    /// <summary>Single precision.</summary>
    Single = 1,

    /// <summary>Whole numbers of 8 bits.</summary>
    Int8 = 3,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64 = 7,

    /// <summary>Double precision.</summary>
    Double = 11,

    /// <summary>ML.NET's keys.</summary>
    UInt32 = 12,
}
