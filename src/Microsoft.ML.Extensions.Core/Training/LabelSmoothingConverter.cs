using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Reads null as the default: model files from before 0.1.0 have it where nothing was set.</summary>
internal sealed class LabelSmoothingConverter : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? TrainingOptions.DefaultLabelSmoothing : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
