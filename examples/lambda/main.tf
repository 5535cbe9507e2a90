# Terraform: `npm run bundle && terraform init && terraform apply`. The function behind a URL and a REST API that both stream.
terraform {
  required_version = ">= 1.9"
  required_providers {
    archive = { source = "hashicorp/archive", version = "~> 2.7" }
    aws     = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

variable "region" {
  type    = string
  default = "us-east-1"
}

provider "aws" {
  region = var.region
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/bundle"
  output_path = "${path.module}/.terraform/function.zip"
}

resource "aws_dynamodb_table" "users" {
  name         = "users"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  dynamic "attribute" {
    for_each = ["id", "kind", "created"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "byCreation"
    hash_key        = "kind"
    range_key       = "created"
    projection_type = "ALL"
  }
}

resource "aws_iam_role" "function" {
  name = "users-function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "table" {
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
      Resource = [aws_dynamodb_table.users.arn, "${aws_dynamodb_table.users.arn}/index/*"]
    }]
  })
}

resource "aws_lambda_function" "users" {
  function_name    = "users"
  role             = aws_iam_role.function.arn
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  handler          = "function.handler"
  memory_size      = 1024
  timeout          = 30
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = { USERS_TABLE = aws_dynamodb_table.users.name }
  }
}

resource "aws_lambda_function_url" "users" {
  function_name = aws_lambda_function.users.function_name
  # AWS_IAM lets in who signs its requests; NONE lets in everybody.
  authorization_type = "AWS_IAM"
  invoke_mode        = "RESPONSE_STREAM"
}

resource "aws_api_gateway_rest_api" "users" {
  name = "users"

  # An edge cuts streams off that are silent for 30 seconds, a region for 5 minutes.
  endpoint_configuration {
    types = ["REGIONAL"]
  }

  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "users", version = "1" }
    # Requests of gRPC-Web and Connect are bytes. Streamed responses need no such list.
    x-amazon-apigateway-binary-media-types = ["*/*"]
    paths = {
      "/{proxy+}" = {
        x-amazon-apigateway-any-method = {
          # As with the URL: without it, everybody may call.
          x-amazon-apigateway-auth = { type = "AWS_IAM" }
          parameters               = [{ name = "proxy", in = "path", required = true, schema = { type = "string" } }]
          x-amazon-apigateway-integration = {
            type                 = "aws_proxy"
            httpMethod           = "POST"
            responseTransferMode = "STREAM"
            # Longer than the function's own, which tells clients of it; 29 seconds when not given.
            timeoutInMillis = 40000
            uri             = "arn:aws:apigateway:${var.region}:lambda:path/2021-11-15/functions/${aws_lambda_function.users.arn}/response-streaming-invocations"
          }
        }
      }
    }
  })
}

resource "aws_api_gateway_deployment" "users" {
  rest_api_id = aws_api_gateway_rest_api.users.id
  triggers    = { body = sha1(aws_api_gateway_rest_api.users.body) }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.users.id
  deployment_id = aws_api_gateway_deployment.users.id
  stage_name    = "prod"
}

resource "aws_lambda_permission" "api" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.users.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.users.execution_arn}/*"
}

output "function_url" {
  value = aws_lambda_function_url.users.function_url
}

output "rest_api" {
  value = aws_api_gateway_stage.prod.invoke_url
}
