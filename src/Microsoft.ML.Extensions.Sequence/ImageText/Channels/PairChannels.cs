using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Both channels of a pair: images and sentences to vectors, <c>[B, E]</c> each.</summary>
internal sealed class PairChannels : nn.Module
{
    private readonly PictureChannel? picture;
    private readonly VectorChannel? imageVector;
    private readonly nn.Module<InputBatch, Tensor>? sentence;
    private readonly VectorChannel? textVector;
    private readonly int _imageValues;

    public PairChannels(ImageTextOptions options, ImageTextDetails details, RandomSource randomness, Generator generator)
        : base(nameof(PairChannels))
    {
        _imageValues = details.Image.Values;
        if (details.Image.Frame is { } frame)
        {
            picture = new PictureChannel(options, frame, randomness, generator);
        }
        else
        {
            imageVector = new VectorChannel(_imageValues, options, randomness, generator);
        }
        if (details.Text.Values > 0)
        {
            textVector = new VectorChannel(details.Text.Values, options, randomness, generator);
        }
        else
        {
            sentence = options.Text.Channel switch
            {
                TextChannel.SequenceEmbedding => new SequenceEmbeddingChannel(details.Terms, options, randomness, generator),
                TextChannel.Gru => new GruChannel(details.Terms, options, randomness, generator),
                _ => new GramChannel(details.Terms, options, randomness, generator),
            };
        }
        RegisterComponents();
    }

    /// <summary>Sets the statistics of the training data.</summary>
    public void Standardize(ChannelStatistics images, ChannelStatistics vectors)
    {
        picture?.Standardize(images);
        imageVector?.Standardize(images);
        textVector?.Standardize(vectors);
    }

    /// <summary>The vectors of images, from their values, <c>[B, P]</c>.</summary>
    public Tensor Images(Tensor values) => picture is null ? imageVector!.call(values) : picture.call(values);

    /// <summary>The vectors of sentences, from their numbers, <c>[B, n]</c>, 0 after each one's end.</summary>
    public Tensor Sentences(Tensor values, int[] lengths) =>
        sentence is null ? textVector!.call(values) : sentence.call(new InputBatch(values.to_type(ScalarType.Int64), lengths));

    /// <summary>The vectors of pairs.</summary>
    public (Tensor Images, Tensor Sentences) Pairs(InputBatch pairs)
    {
        var (images, sentences, lengths) = Split(pairs, _imageValues);
        return (Images(images), Sentences(sentences, lengths));
    }

    /// <summary>The values of images, <c>[B, P]</c>, and the numbers of sentences, <c>[B, n]</c>, with their lengths.</summary>
    /// <param name="pairs">Rows of an image's values, then a sentence's numbers.</param>
    /// <param name="imageValues">P.</param>
    public static (Tensor Images, Tensor Sentences, int[] Lengths) Split(InputBatch pairs, int imageValues)
    {
        var values = pairs.Values.squeeze(-1);
        return (
            values.narrow(1, 0, imageValues).contiguous(), values.narrow(1, imageValues, values.shape[1] - imageValues).contiguous(),
            Array.ConvertAll(pairs.Lengths, length => length - imageValues));
    }
}
